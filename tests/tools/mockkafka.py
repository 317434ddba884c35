#!/usr/bin/env python3
"""A Kafka broker for tests: the mock cluster of librdkafka, which speaks the
real protocol and keeps its topics in memory, as a process of its own.

usage: mockkafka.py FILE TOPIC...
  Writes its ADDRESS:PORT to FILE, and then does what stands on its input, a
  line each, with "ok" as the answer:
    down            closes its port, and all connections; topics stay
    up              serves again
    rtt MS          each answer comes so much later
    refuse CODE N   the next N requests to produce get this error of the
                    protocol: kafka.apache.org/protocol, error codes
  It ends with its input.
"""
import ctypes, os, sys

PRODUCER, PRODUCE, BROKER = 0, 0, 1
kafka = ctypes.CDLL('librdkafka.so.1')
kafka.rd_kafka_new.restype = ctypes.c_void_p
kafka.rd_kafka_mock_cluster_new.restype = ctypes.c_void_p
kafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p

why = ctypes.create_string_buffer(512)
handle = ctypes.c_void_p(kafka.rd_kafka_new(PRODUCER, None, why, ctypes.c_size_t(512)))
if not handle:
    sys.exit('mockkafka: ' + why.value.decode())
cluster = ctypes.c_void_p(kafka.rd_kafka_mock_cluster_new(handle, 1))
if not cluster:
    sys.exit('mockkafka: no cluster')
for topic in sys.argv[2:]:
    if kafka.rd_kafka_mock_topic_create(cluster, topic.encode(), 1, 1) != 0:
        sys.exit('mockkafka: no topic ' + topic)
with open(sys.argv[1] + '.new', 'w') as f:
    f.write(kafka.rd_kafka_mock_cluster_bootstraps(cluster).decode() + '\n')
os.rename(sys.argv[1] + '.new', sys.argv[1])

for line in sys.stdin:
    what, *n = line.split()
    n = [int(x) for x in n]
    if what == 'down':
        bad = kafka.rd_kafka_mock_broker_set_down(cluster, BROKER)
    elif what == 'up':
        bad = kafka.rd_kafka_mock_broker_set_up(cluster, BROKER)
    elif what == 'rtt':
        bad = kafka.rd_kafka_mock_broker_set_rtt(cluster, BROKER, n[0])
    elif what == 'refuse':
        errors = (ctypes.c_int * n[1])(*[n[0]] * n[1])
        bad = kafka.rd_kafka_mock_push_request_errors_array(
            cluster, ctypes.c_int16(PRODUCE), ctypes.c_size_t(n[1]), errors) and 0
    else:
        sys.exit('mockkafka: what is ' + line)
    if bad:
        sys.exit('mockkafka: %s: error %d' % (what, bad))
    print('ok', flush=True)
