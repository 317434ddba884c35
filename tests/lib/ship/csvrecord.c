#include "ship/csvrecord.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

static struct csvrecord r;

/* the record of a line in columns, or why there is none */
static const char *
record(const char *columns, const char *line)
{
	static struct buf out;
	int got;

	buf_clear(&out);
	csvrecord_free(&r);
	if (csvrecord_columns(&r, columns) == -1)
		return "no columns";
	got = csvrecord_put(&r, &out, line, strlen(line));
	if (got != 1)
		return got == 0 && buf_len(&out) == 0 ? "none" : "fault";
	buf_putc(&out, '\0');
	return buf_data(&out);
}

static void
values(void)
{
	static const struct {
		const char *columns, *line, *want;
	} t[] = {
		{ "type", "ev:accepted", "r\n" },
		{ "type,dsnAction", "ev:sent", "d,relayed\n" },
		{ "type,dsnAction", "ev:deferred", "t,delayed\n" },
		{ "type,dsnAction", "ev:bounced", "b,failed\n" },
		{ "type,dsnAction", "ev:expired", "b,failed\n" },
		{ "type,dsnAction", "ev:oob-bounce\taction:failed",
		    "rb,failed\n" },
		{ "type,dsnAction", "ev:complaint", "f,\n" },
		{ "type", "ev:throttled", "none" },
		{ "type", "to:a@x", "none" },
		{ "type", "no LTSV", "none" },
		{ "timeLogged,timeQueued",
		    "ts:2026-11-22T01:02:03.5Z\tev:sent\tdelay:62.9",
		    "2026-11-22 01:02:03+0000,2026-11-22 01:01:01+0000\n" },
		{ "timeLogged,timeQueued",
		    "ts:2026-11-22T01:02:03Z\tev:accepted",
		    "2026-11-22 01:02:03+0000,2026-11-22 01:02:03+0000\n" },
		{ "timeLogged,timeQueued", "ts:then\tev:sent\tdelay:x", ",\n" },
		{ "orig,rcpt,orcpt", "ev:sent\tfrom:a@x\tto:b@y\torcpt:c@z",
		    "a@x,b@y,c@z\n" },
		{ "dsnStatus,dsnDiag",
		    "ev:sent\tesc:5.1.1\ttext:550 \"no\", he said",
		    "5.1.1,\"smtp;550 \"\"no\"\", he said\"\n" },
		{ "dsnMta,dlvType,dlvDestinationIp",
		    "ev:sent\thost:mx.y\tip:192.0.2.1",
		    "mx.y (192.0.2.1),smtp,192.0.2.1\n" },
		{ "dsnMta", "ev:sent\tip:192.0.2.1", "(192.0.2.1)\n" },
		{ "srcMta,srcType",
		    "ev:accepted\tclient:192.0.2.1\tclient-name:c.x\tproto:ESMTP",
		    "c.x (192.0.2.1),ESMTP\n" },
		{ "dlvSourceIp,dlvSize,vmta,envId,bounceCat",
		    "ev:sent\tfrom-ip:192.0.2.9\tsize:77\tvia:p1\tenvid:e\t"
		    "failure:blocked",
		    "192.0.2.9,77,p1,e,blocked\n" },
		{ "jobId", "ev:sent\ttag:a=b\ttag:job=7\ttag:job=8", "7\n" },
		{ "jobId", "ev:sent\ttag:jobs=7", "\n" },
		{ "queue", "ev:sent\tdomain:y\tsite:z", "y\n" },
		{ "queue", "ev:sent\tsite:z", "z\n" },
		{ "id,tenant,none", "ev:sent\ttenant:t\tid:i", "i,t,\n" },
		/* a value stays one line, and its quotes go in pairs */
		{ "to", "ev:sent\tto:\"\"", "\"\"\"\"\"\"\n" },
		{ "to", "ev:sent\tto:a\\nb,c\\\\", "\"a\\nb,c\\\\\"\n" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(record(t[i].columns, t[i].line), t[i].want, t[i].line);
}

static void
columns(void)
{
	struct buf b = { 0 }, out = { 0 };
	int i;

	csvrecord_columns(&r, NULL);
	is_num(r.n, 22, "the usual columns");
	csvrecord_free(&r);
	is_num(csvrecord_columns(&r, ""), -1, "an empty name");
	is_num(errno, EINVAL, "is a fault");
	is_num(csvrecord_columns(&r, "a,,b"), -1, "one in between, too");
	is_num(csvrecord_columns(&r, "a,b;c"), -1, "and a foreign byte");
	for (i = 0; i < CSVRECORD_COLUMNS_MAX; i++)
		buf_puts(&b, i == 0 ? "a" : ",a");
	buf_putc(&b, '\0');
	is_num(csvrecord_columns(&r, buf_data(&b)), 0, "64 columns");
	csvrecord_header(&r, &out);
	is_num(buf_len(&out), 128, "have a header");
	csvrecord_free(&r);
	b.end--;
	buf_puts(&b, ",a");
	buf_putc(&b, '\0');
	is_num(csvrecord_columns(&r, buf_data(&b)), -1, "one more");
	buf_free(&b);
	buf_free(&out);
}

int
main(void)
{
	values();
	columns();
	csvrecord_free(&r);
	return done();
}
