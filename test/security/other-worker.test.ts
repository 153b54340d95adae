import { status, type ServiceError } from '@grpc/grpc-js';
import test from 'ava';
import { asWorkerId } from '../../shared/domain.ts';
import { clientSettings } from '../../shared/security/client-access.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import { loadContract, type CoordinatorClient } from '../../shared/wire/contract.ts';
import { encodeUploadHeader } from '../../shared/wire/transfers.ts';
import { fakeModel, hello, ScriptedWorker } from '../helpers/scripted-worker.ts';
import { createTestCerts } from '../helpers/test-certs.ts';
import { codeOf, run, withCoordinator, type Running } from '../helpers/with-coordinator.ts';

const certs = await createTestCerts();
const access = { tls: { ...certs.coordinator, clientAuthority: certs.ca } };

interface Named {
  readonly alice: CoordinatorClient;
  readonly bob: CoordinatorClient;
}

/** A real coordinator, to which two connect with certificates. */
async function withNamed(use: (clients: Named, running: Running) => Promise<void>): Promise<void> {
  await withCoordinator({ access }, async (running) => {
    const { Coordinator } = loadContract();
    const connect = (own: typeof certs.alice): CoordinatorClient => {
      const address = `127.0.0.1:${running.port}`;
      const { credentials, options } = clientSettings(
        { tls: { authority: certs.ca, own } },
        address,
      );
      return new Coordinator(address, credentials, options);
    };
    const clients = { alice: connect(certs.alice), bob: connect(certs.bob) };
    try {
      await use(clients, running);
    } finally {
      clients.alice.close();
      clients.bob.close();
    }
  });
}

test('a worker is named after its certificate, whatever host it claims', async (t) => {
  await withNamed(async ({ alice, bob }) => {
    const first = await ScriptedWorker.join(alice, { hello: { host: 'bob', pid: 7 } });
    const second = await ScriptedWorker.join(bob, { hello: { host: 'bob', pid: 7 } });
    t.is(first.id, asWorkerId('alice_7'));
    t.is(second.id, asWorkerId('bob_7'));
  });
});

test("a worker cannot come back as another one, even with the other's ticket", async (t) => {
  await withNamed(async ({ alice, bob }, { report }) => {
    const victim = await ScriptedWorker.join(alice);
    await victim.hearWork();
    const thief = new ScriptedWorker(bob);
    thief.say({ body: 'hello', hello: { ...hello, reattachment: victim.reattachment } });
    const ended = (await thief.end()) as ServiceError;
    t.is(ended.code, status.PERMISSION_DENIED);
    // Its rightful owner carries on, and ends the run.
    const again = await ScriptedWorker.join(alice, { reattachment: victim.reattachment });
    t.is(again.id, victim.id);
    again.say({ body: 'handBack', id: victim.holds!, reason: 'test' });
    const another = await ScriptedWorker.join(bob, { hello: { pid: 2 } });
    await another.finish();
    t.is((await report).folds.length, 2);
  });
});

test("a worker cannot upload as another one, nor ask for the other's uploads", async (t) => {
  await withNamed(async ({ alice, bob }) => {
    const victim = await ScriptedWorker.join(alice);
    const work = await victim.hearWork();
    t.is(work.body, 'fold');
    const thief = await ScriptedWorker.join(bob);
    const id = victim.holds!;
    const { topology, weights, model } = fakeModel(id.fold);
    const content = { kind: 'model', info: model, topology } as const;
    const header = { run, worker: victim.id, id, content };
    t.is(await codeOf(thief.upload(header, chunksOf(weights))), status.PERMISSION_DENIED);
    const found = new Promise((resolve, reject) =>
      bob.findUpload(encodeUploadHeader(header), (error, reply) =>
        error ? reject(error) : resolve(reply),
      ),
    );
    t.is(await codeOf(found), status.PERMISSION_DENIED);
    t.is(await codeOf(victim.upload(header, chunksOf(weights))), 'none');
  });
});

test('a peer that floods its session is stopped, the others are not', async (t) => {
  await withNamed(async ({ alice, bob }) => {
    const calm = await ScriptedWorker.join(alice);
    const loud = await ScriptedWorker.join(bob, true);
    for (let count = 0; count < 5000; count += 1) loud.beat();
    t.is(((await loud.end()) as ServiceError).code, status.RESOURCE_EXHAUSTED);
    const number = calm.beat();
    for (;;) {
      const said = await calm.hear('renewal');
      if (said.number === number) break;
    }
    t.pass();
  });
});
