package io.github.millrace.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

/**
 * A database: the block {@code jdbc} of a configuration.
 *
 * @param url of JDBC, such as {@code jdbc:postgresql://host:5432/database}; never with a password
 * @param user null where the database asks for none
 * @param password from the environment; null where the database asks for none
 */
public record JdbcConfig(
    @NotBlank(message = "is missing; set it to jdbc:postgresql://host:port/database")
        @Pattern(
            regexp = "jdbc:(?!.*(?i:password=|://[^/@]*:[^/@]*@)).+",
            message =
                "must begin with jdbc: and have no password in it; set 'password' to ${NAME} beside it")
        String url,
    String user,
    String password) {}
