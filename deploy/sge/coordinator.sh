#!/bin/bash -l
# Leads one run on a CPU node. In the folder of Foldwise:
#
#   qsub deploy/sge/coordinator.sh RUN-FOLDER [settings of "foldwise coordinator"]
#
# Your project; -P on the command line wins.
#$ -P myproject
#$ -N foldwise-coordinator
#$ -cwd
#$ -j y
#$ -l h_rt=12:00:00
# SIGUSR2 before SIGKILL: time to stop in order. Exit code 99 queues it up again, and it goes on.
#$ -notify
#$ -r y
set -euo pipefail

# module load nodejs
. deploy/batch.sh
prepare
code=0
lead "${1:?name the folder of the run}" "${@:2}" || code=$?
if [ -n "$warned" ] && [ "$code" -ne 0 ]; then exit 99; fi
exit "$code"
