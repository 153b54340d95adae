#!/bin/sh
# Usage: guard.sh FOLDER PROGRAM [ARGUMENT...]
#
# Runs a program for as long as somebody holds the other end of standard input. The system closes it
# when that process is gone, however it went, SIGKILL included. Then the program is ended, and the
# folder, which is the program's own, removed.
folder=${1:?}
shift

# A signal to all of us ends the program, or does not; the folder goes with the program either way.
trap : HUP INT TERM

exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{
  trap '' HUP INT TERM
  read -r _ <&3
  kill "$program"
} 2>/dev/null &
watcher=$!
exec 3<&-

while kill -0 "$program" 2>/dev/null; do
  # A trapped signal interrupts it.
  wait "$program"
  code=$?
done
kill -KILL "$watcher" 2>/dev/null
rm -rf -- "$folder"
exit "$code"
