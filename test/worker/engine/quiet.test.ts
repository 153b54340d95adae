import test from 'ava';
import { withoutInformation } from '../../../worker/engine/quiet.ts';

const CHATTER = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795361747.250175 17026 port.cc:153] oneDNN custom operations are on.
I0000 00:00:1795361747.419654   17026 cpu_feature_guard.cc:227] This binary is optimized
To enable the following instructions: AVX2 AVX512F, rebuild TensorFlow.
W0000 00:00:1795361747.419654   17026 gpu_device.cc:2342] Cannot dlopen some GPU libraries.
`;

test('greetings, information and warnings are dropped, with the lines that continue them', (t) => {
  t.is(withoutInformation(CHATTER), '');
});

test('errors and what no logger wrote are kept', (t) => {
  const error =
    'E0000 00:00:1795361747.419654   17026 cuda_dnn.cc:8454] no kernel image\nmore of it\n';
  const other = 'malloc(): corrupted top size\n';
  t.is(withoutInformation(other + CHATTER + error), other + error);
});
