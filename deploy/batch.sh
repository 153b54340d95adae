# shellcheck shell=bash
# What the scripts for Slurm and for Grid Engine share; they source it in the folder of Foldwise.
#
# The folder of a run is on a disk that all nodes see, and holds
#
#     address     HOST:PORT of the coordinator, while it runs
#     ended       its exit code, afterwards
#     certs/      by which coordinator and workers know each other; only you can read them
#     results/    what "foldwise coordinator --out" writes

# How often, in seconds, that folder is looked at.
poll=${FOLDWISE_POLL_SECONDS:-10}

# lead RUN SETTING...: leads a run whose workers are jobs of their own: begins it, or goes on with it
# where it was. Returns its exit code; sets $warned where the scheduler has asked it to make room.
lead() {
  local run=$1 port code=0
  shift
  mkdir -p "$run"
  rm -f "$run/ended"
  # Another program may take the port before the coordinator does: it then says so, and ends.
  port=$(node -e 'require("net").createServer().listen(0, function () {
    process.stdout.write(String(this.address().port));
    this.close();
  })')
  if [ ! -d "$run/certs" ]; then
    node cli/foldwise.js certs init --dir "$run/certs" >/dev/null || return
  fi
  # In one step: workers see no half of an address.
  echo "${FOLDWISE_HOST:-$(hostname -f)}:$port" >"$run/.address"
  mv "$run/.address" "$run/address"
  supervise node cli/foldwise.js coordinator --listen "0.0.0.0:$port" \
    --tls-ca "$run/certs/ca.crt" --tls-cert "$run/certs/coordinator.crt" \
    --tls-key "$run/certs/coordinator.key" --out "$run/results" --resume "$@" || code=$?
  rm -f "$run/address"
  # One that has to make room goes on later: its workers wait for it.
  if [ -z "$warned" ]; then echo "$code" >"$run/ended"; fi
  return "$code"
}

# work RUN: waits for the coordinator of a run, and trains for it until the run is done. Returns the
# exit code of the worker; sets $warned where the scheduler has asked it to make room.
work() {
  local run=$1 address
  warned=
  until address=$(cat "$run/address" 2>/dev/null) || [ -e "$run/ended" ]; do sleep "$poll"; done
  if [ -n "$address" ]; then
    # Its certificate is good for this name on whatever node it runs.
    supervise_while_led "$run" node cli/foldwise.js worker --coordinator "$address" \
      --tls-server-name foldwise-coordinator --tls-ca "$run/certs/ca.crt" \
      --tls-cert "$run/certs/worker-1.crt" --tls-key "$run/certs/worker-1.key"
    return
  fi
  echo "$run has ended: nothing to do"
}

# supervise_while_led RUN COMMAND...: supervise, but stops a worker that came just too late: it would
# wait for its coordinator to come back. One that was there in time ends by itself.
supervise_while_led() {
  local run=$1 shell=$BASHPID code=0 watcher
  (
    until [ -e "$run/ended" ]; do sleep "$poll"; done
    sleep "$((2 * poll))"
    kill -USR2 "$shell"
  ) >/dev/null 2>&1 &
  watcher=$!
  supervise "${@:2}" || code=$?
  kill "$watcher" 2>/dev/null || true
  if [ -n "$warned" ] && [ -e "$run/ended" ]; then
    echo "$run has ended"
    warned=
    code=0
  fi
  return "$code"
}

# supervise COMMAND...: runs a command and returns its exit code. SIGUSR2, by which both schedulers
# are told to announce the end of a job's time, is passed on once: where they send it to the shell
# alone the command would not know. SIGTERM is not passed on: they send it to all processes.
supervise() {
  local pid code interrupted
  warned=
  # Until Foldwise listens to it, Node would die of a SIGUSR2.
  NODE_OPTIONS="${NODE_OPTIONS:-} --import=data:text/javascript,process.on('SIGUSR2',()=>{})" "$@" &
  pid=$!
  trap 'interrupted=yes; [ -n "$warned" ] || { warned=yes; kill -USR2 "$pid"; }' USR2
  trap 'interrupted=yes' TERM
  while :; do
    interrupted=
    code=0
    wait "$pid" || code=$?
    # A signal ends the waiting, and not yet the command.
    [ -n "$interrupted" ] || break
  done
  trap - USR2 TERM
  return "$code"
}

# Checks where a job has started, and that it has Node.
prepare() {
  if [ ! -f cli/foldwise.js ]; then
    echo "submit this in the folder of Foldwise; $PWD is another one" >&2
    return 2
  fi
  if ! command -v node >/dev/null; then
    echo "node not found: load it above, as your site has it (module load nodejs)" >&2
    return 2
  fi
}
