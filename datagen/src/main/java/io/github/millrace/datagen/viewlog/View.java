package io.github.millrace.datagen.viewlog;

/**
 * A view of a banner.
 *
 * @param id a UUID
 * @param end when it ended, which is when it was sent
 * @param bannerId 0 or more
 * @param campaignId one of {@link Campaigns}
 */
record View(String id, Timestamp start, Timestamp end, long bannerId, int campaignId) {}
