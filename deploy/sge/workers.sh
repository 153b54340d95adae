#!/bin/bash -l
# Workers for a run, each with a GPU; submit it again, at any time, for more of them:
#
#   qsub -t 1-4 deploy/sge/workers.sh RUN-FOLDER
#
# Without GPUs: qsub -l gpus=0 -l gpu_c=0 …
# Your project; -P on the command line wins.
#$ -P myproject
#$ -N foldwise-worker
#$ -cwd
#$ -j y
#$ -t 1-2
#$ -pe omp 4
#$ -l gpus=1
#$ -l gpu_c=7.0
#$ -l h_rt=12:00:00
# SIGUSR2 before SIGKILL: time to give the fold back. Exit code 99 queues the task up again.
#$ -notify
#$ -r y
set -euo pipefail

# module load nodejs
. deploy/batch.sh
prepare
code=0
work "${1:?name the folder of the run}" || code=$?
# Drained: it gave back what it did.
if [ "$code" -eq 75 ]; then exit 99; fi
exit "$code"
