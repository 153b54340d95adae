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
# SIGUSR2 before SIGKILL: time to stop in order. An interrupted run cannot be continued yet.
#$ -notify
#$ -r n
set -euo pipefail

# module load nodejs
. deploy/batch.sh
prepare
lead "${1:?name the folder of the run}" "${@:2}"
