package io.github.millrace.stream;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Uuid;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * How Spark runs {@link Deduplication#firstOfEachKey}: rows with a key go through its operator with
 * the state, all others past it. Both ways begin behind one shuffle, which Spark does once, and
 * with it what is in front of it. The state, its key and its partitions are those that Spark itself
 * would have.
 *
 * <p>It is not written as a union of two datasets, because a stream in a union with itself is two
 * sources to Spark: each would read all files, and no earlier checkpoint would fit. When a plan is
 * optimized, it has its source already.
 */
final class KeyedDeduplication extends Rule<LogicalPlan> {
  private static final KeyedDeduplication ONE = new KeyedDeduplication();
  private static final Numbered NUMBERED = new Numbered();

  private KeyedDeduplication() {}

  /**
   * Lets a session, and the streams that it starts, run it so. Without, the same dataset has the
   * same result, but every row stays in the state.
   */
  static void register(SparkSession session) {
    ExperimentalMethods methods =
        ((org.apache.spark.sql.classic.SparkSession) session).experimental();
    synchronized (ONE) {
      List<Rule<LogicalPlan>> rules =
          new ArrayList<>(CollectionConverters.asJava(methods.extraOptimizations()));
      if (!rules.contains(ONE)) {
        rules.add(ONE);
        methods.extraOptimizations_$eq(seq(rules));
      }
    }
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (plan instanceof Deduplicate deduplicate && isOurs(deduplicate)) {
      return isDone(deduplicate) ? plan : twoWays(deduplicate);
    }
    List<LogicalPlan> children =
        CollectionConverters.asJava(plan.children()).stream().map(this::apply).toList();
    return plan.withNewChildren(seq(children));
  }

  private static boolean isOurs(Deduplicate deduplicate) {
    return deduplicate.isStreaming()
        && CollectionConverters.asJava(deduplicate.keys()).stream()
            .map(NamedExpression::name)
            .toList()
            .equals(List.of(Deduplication.KEY, Deduplication.NO_KEY));
  }

  private static boolean isDone(Deduplicate deduplicate) {
    return deduplicate.child() instanceof Filter filter
        && filter.child() instanceof RepartitionByExpression;
  }

  private static LogicalPlan twoWays(Deduplicate deduplicate) {
    Seq<Attribute> keys = deduplicate.keys();
    Expression key = keys.head();
    // As Spark would do it for the operator, so that it need not do another.
    LogicalPlan shuffled =
        new RepartitionByExpression(
            seq(List.<Expression>copyOf(CollectionConverters.asJava(keys))),
            withoutSeed(deduplicate.child(), keys.last()),
            Option.empty(),
            Option.empty());
    // By a copy, for how one is made is another in each version of Spark.
    LogicalPlan keyed =
        deduplicate.withNewChildren(seq(List.of(new Filter(new IsNotNull(key), shuffled))));
    LogicalPlan others = new Filter(new IsNull(key), shuffled);
    return new Union(seq(List.of(keyed, others)), false, false);
  }

  /**
   * Gives rows without a key a number in place of a random one. Spark seeds random ones anew in
   * each of the two ways, and would do the shuffle twice. It has to be the same in each attempt,
   * for the rows are shuffled by it; it need be unique no longer.
   */
  private static LogicalPlan withoutSeed(LogicalPlan plan, Attribute noKey) {
    if (!(plan instanceof Project project)) {
      return plan;
    }
    List<NamedExpression> columns =
        CollectionConverters.asJava(project.projectList()).stream()
            .map(
                column ->
                    column.exprId().equals(noKey.exprId())
                        ? (NamedExpression) ((Expression) column).transformUp(NUMBERED)
                        : column)
            .toList();
    return new Project(seq(columns), project.child());
  }

  private static final class Numbered extends AbstractPartialFunction<Expression, Expression> {
    @Override
    public boolean isDefinedAt(Expression expression) {
      return expression instanceof Uuid;
    }

    @Override
    public Expression apply(Expression random) {
      return new Cast(
          new MonotonicallyIncreasingID(), random.dataType(), Option.empty(), EvalMode.LEGACY());
    }
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
