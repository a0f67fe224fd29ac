# What the parts of bin/demo share; sourced by them.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"
demo=$root/.demo
mkdir -p "$demo"

step() { printf '\n== %s\n' "$*"; }

quietly() { # NAME COMMAND…: runs it with what it says on standard error in a log that is shown only if it fails
  local log=$demo/$1.log status=0
  shift
  "$@" 2>"$log" || status=$?
  if [ "$status" != 0 ]; then
    tail -n 40 "$log" >&2
    echo "demo: '$1 ${2:-}' failed; the whole log is in $log" >&2
    exit "$status"
  fi
}

newest_jar() { find "$1/target" -maxdepth 1 -name "$1-*.jar" ! -name 'original-*' 2>/dev/null | head -n 1; }

package() { mvn --batch-mode --no-transfer-progress --quiet package -Dmaven.test.skip=true "$@" >&2; }

build_with_servers() { # JOB: builds it, and what starts its servers
  quietly "build-$1" package dependency:build-classpath -Dmdep.outputFile=target/demo.classpath \
    -pl "datagen,$1,testkit" -am
}

start_broker() { # TOPIC…: sets broker; it lives as long as the script holds its input open
  coproc BROKER {
    java -Xmx256m -cp "$(newest_jar testkit):$(cat testkit/target/demo.classpath)" \
      io.github.millrace.testkit.KafkaMain "$@" 2>"$demo/kafka.log"
  }
  local ready
  read -r -t 120 ready <&"${BROKER[0]}" || {
    tail -n 20 "$demo/kafka.log" >&2
    echo "demo: the broker did not start; its log is $demo/kafka.log" >&2
    exit 1
  }
  broker=${ready#ready: }
}

stop_broker() { exec {BROKER[1]}>&-; }

show() { # SCRIPT ARGS…: tables, as PySpark reads them
  SPARK_HOME=$(bin/setup-spark | tail -n 1)
  "$SPARK_HOME/bin/spark-submit" --conf spark.ui.enabled=false --conf spark.log.level=ERROR "$@" 2>/dev/null
}
