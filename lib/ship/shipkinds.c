/* the kinds of destinations and their keys */
#include "ship/batch.h"
#include "ship/shipkeys.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	KIB = 1024
};

#define TEXT(name, standard) \
	{ \
		name, SHIPKEY_TEXT, 0, standard, 0, 0, 0 \
	}
#define FILE_OF(name) \
	{ \
		name, SHIPKEY_FILE, 0, 0, 0, 0, 0 \
	}
#define FLAG(name, standard) \
	{ \
		name, SHIPKEY_FLAG, 0, standard, 0, 0, 0 \
	}
#define NUMBER(name, standard, min, max) \
	{ \
		name, SHIPKEY_NUMBER, 0, standard, min, max, 0 \
	}
#define CHOICE(name, standard, words) \
	{ \
		name, SHIPKEY_CHOICE, 0, standard, 0, 0, words \
	}
#define TIME(name, standard, min, max) \
	{ \
		name, SHIPKEY_TIME, 0, standard, min, max, 0 \
	}
#define END \
	{ \
		0, SHIPKEY_TEXT, 0, 0, 0, 0, 0 \
	}

/* log-ship's own, of every kind; a link hears of its timeout, too */
static const struct shipkey head[] = {
	{ "filter", SHIPKEY_TEXT, SHIPKEY_HEAD, 0, 0, 0, 0 },
	{ "labels", SHIPKEY_FILE, SHIPKEY_HEAD, 0, 0, 0, 0 },
	{ "logs", SHIPKEY_TEXT, SHIPKEY_HEAD, 0, 0, 0, 0 },
	{ "batch", SHIPKEY_NUMBER, SHIPKEY_HEAD, "1000", 1, SHIP_EVENTS_MAX,
	    0 },
	{ "batch-bytes", SHIPKEY_SIZE, SHIPKEY_HEAD, "1M", 1 * KIB,
	    SHIP_BATCH_BYTES_MAX, 0 },
	{ "wait", SHIPKEY_TIME, SHIPKEY_HEAD, "50ms", 0, HOUR, 0 },
	{ "retry", SHIPKEY_RANGE, SHIPKEY_HEAD, "1s..5m", 1, DAY, 0 },
	{ "from", SHIPKEY_CHOICE, SHIPKEY_HEAD, "start", 0, 0, "start now" },
	{ "what", SHIPKEY_CHOICE, SHIPKEY_HEAD, "events", 0, 0, "events all" },
	TIME("timeout", "30s", 1, HOUR),
	END,
};

static const struct shipkey tls[] = {
	FILE_OF("ca-file"),
	FILE_OF("cert-file"),
	FILE_OF("key-file"),
	END,
};

static const struct shipkey http[] = {
	FILE_OF("user-file"),
	FILE_OF("token-file"),
	FILE_OF("header-file"),
	FLAG("gzip", "no"),
	TIME("connect-timeout", "10s", 1, HOUR),
	END,
};

static const struct shipkey webhook[] = {
	FILE_OF("secret-file"),
	FILE_OF("tenant-file"),
	CHOICE("fields", "rohrpost", "rohrpost manycore"),
	FLAG("sanitize", "no"),
	FILE_OF("sanitize-file"),
	TEXT("service", 0),
	END,
};

static const struct shipkey generic[] = {
	CHOICE("method", "POST", "POST PUT"),
	CHOICE("format", "ndjson", "ndjson json ltsv csv"),
	TEXT("content-type", 0),
	FILE_OF("secret-file"),
	END,
};

static const struct shipkey elastic[] = {
	TEXT("index", "rohrpost-%Y.%m.%d"),
	CHOICE("op", "create", "create index"),
	TEXT("pipeline", 0),
	END,
};

static const struct shipkey loki[] = {
	TEXT("tenant", 0),
	TEXT("stream-labels", "src,ev,prog"),
	TEXT("job", "rohrpost"),
	END,
};

static const struct shipkey clickhouse[] = {
	TEXT("database", 0),
	TEXT("table", "events"),
	FLAG("async", "no"),
	END,
};

static const struct shipkey splunk[] = {
	TEXT("index", 0),
	TEXT("source", 0),
	TEXT("sourcetype", "rohrpost"),
	TEXT("host", 0),
	FLAG("ack", "no"),
	END,
};

static const struct shipkey gelf[] = {
	TEXT("host", 0),
	NUMBER("chunk", "1420", 512, 65000),
	END,
};

static const struct shipkey influx[] = {
	TEXT("db", 0),
	TEXT("rp", 0),
	TEXT("org", 0),
	TEXT("bucket", 0),
	TEXT("measurement", "rohrpost"),
	TEXT("tags", "src,ev,prog,tenant,failure"),
	END,
};

static const struct shipkey riak[] = {
	TEXT("bucket", "rohrpost"),
	TEXT("bucket-type", 0),
	END,
};

/* of connections that answer nothing */
static const struct shipkey unanswered[] = {
	CHOICE("confirm", "close", "close sent"),
	END,
};

static const struct shipkey syslog_keys[] = {
	CHOICE("facility", "mail",
	    "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp "
	    "local0 local1 local2 local3 local4 local5 local6 local7"),
	TEXT("app-name", 0),
	TEXT("host", 0),
	CHOICE("format", "sd", "sd ltsv json"),
	CHOICE("framing", "octets", "octets lf"),
	{ "size", SHIPKEY_SIZE, 0, "8k", 480, 64 * KIB, 0 },
	TIME("connect-timeout", "10s", 1, HOUR),
	END,
};

static const struct shipkey redis[] = {
	TEXT("stream", "rohrpost"),
	NUMBER("maxlen", 0, 1, INT64_MAX),
	FILE_OF("user-file"),
	CHOICE("format", "fields", "fields ltsv json"),
	NUMBER("replicas", "0", 0, 100),
	TIME("connect-timeout", "10s", 1, HOUR),
	END,
};

static const struct shipkey amqp[] = {
	TEXT("exchange", ""),
	TEXT("routing-key", "rohrpost"),
	FILE_OF("user-file"),
	CHOICE("format", "json", "json ltsv"),
	FLAG("persistent", "yes"),
	FLAG("mandatory", "yes"),
	TIME("connect-timeout", "10s", 1, HOUR),
	END,
};

static const struct shipkey pgsql[] = {
	TEXT("table", "rohrpost_events"),
	FILE_OF("user-file"),
	FLAG("create", "no"),
	TIME("connect-timeout", "10s", 1, HOUR),
	END,
};

static const struct shipkey sqlite[] = {
	TEXT("table", "rohrpost_events"),
	FLAG("create", "yes"),
	END,
};

static const struct shipkey file[] = {
	CHOICE("format", "ltsv", "ltsv json csv"),
	FLAG("sync", "yes"),
	TEXT("mode", "640"),
	END,
};

static const struct shipkey csv[] = {
	FLAG("sync", "yes"),
	TEXT("mode", "640"),
	TEXT("columns", 0),
	END,
};

static const struct shipkey pipe_keys[] = {
	CHOICE("mode", "batch", "batch stream"),
	CHOICE("format", "ltsv", "ltsv json"),
	END,
};

#define HTTP(name, ...) \
	{ \
		name, "ship-http", SHIPKEYS_URL, "http https", \
		{ \
			head, http, tls, __VA_ARGS__ \
		} \
	}

const struct shipkind shipkinds[] = {
	HTTP("webhook", webhook),
	HTTP("http", generic),
	HTTP("elastic", elastic),
	HTTP("opensearch", elastic),
	HTTP("loki", loki),
	HTTP("clickhouse", clickhouse),
	HTTP("splunk", splunk),
	/* by ship-syslog where the scheme is not HTTP's */
	{ "gelf", "ship-http", SHIPKEYS_URL, "http https gelf+udp gelf+tcp",
	    { head, http, tls, gelf, unanswered } },
	HTTP("influx", influx),
	HTTP("riak", riak),
	{ "syslog", "ship-syslog", SHIPKEYS_URL, "udp tcp tls",
	    { head, tls, syslog_keys, unanswered } },
	{ "redis", "ship-redis", SHIPKEYS_URL, "redis rediss unix",
	    { head, tls, redis } },
	{ "amqp", "ship-amqp", SHIPKEYS_URL, "amqp amqps",
	    { head, tls, amqp } },
	{ "pgsql", "ship-pgsql", SHIPKEYS_URL, "postgresql postgres",
	    { head, tls, pgsql } },
	{ "sqlite", "ship-sqlite", SHIPKEYS_PATH, 0, { head, sqlite } },
	{ "file", "ship-file", SHIPKEYS_PATH, 0, { head, file } },
	{ "csv", "ship-file", SHIPKEYS_PATH, 0, { head, csv } },
	{ "pipe", "ship-pipe", SHIPKEYS_COMMAND, 0, { head, pipe_keys } },
	{ "link", 0, SHIPKEYS_COMMAND, 0, { head } },
	{ 0, 0, SHIPKEYS_URL, 0, { 0 } },
};
