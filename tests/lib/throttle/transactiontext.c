/* what is written of a transaction */
#include "throttle/transactiontext.h"
#include "tap.h"
#include <unistd.h>

static const char two[] = "id:a\tn:1\tsite:s\tvia:v\tto:x\n"
			  "n:2\tid:a\ty:\\t\n";
static struct transaction txn = { .lines = (char *)two,
	.len = sizeof two - 1,
	.id = "a",
	.id_len = 1,
	.n_jobs = 2 };
static struct wire wire;
static struct buf out;

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

static const char *
jobs(unsigned msgs_per_conn)
{
	txn.item.msgs_per_conn = msgs_per_conn;
	buf_clear(&wire.out);
	transactiontext_jobs(&wire, &txn);
	return text(&wire.out);
}

static const char *
later(int64_t next_us, int ending)
{
	buf_clear(&out);
	is_num(transactiontext_later(&out, &txn, next_us, ending), 0,
	    "written");
	return text(&out);
}

/* the lines on descriptor 2 behind ts: and prog: */
static const char *
event(int fd)
{
	static char line[4096];
	ssize_t n = read(fd, line, sizeof line - 1);
	char *ev;

	line[n > 0 ? n : 0] = '\0';
	ev = strstr(line, "ev:");
	return ev == NULL ? line : ev;
}

int
main(void)
{
	struct limiter_notice n = { "site:s", "conn=20", 1, 2, 3, 0 };
	int p[2], saved = dup(2);

	if (pipe(p) == -1 || dup2(p[1], 2) == -1 || saved == -1)
		return 1;
	is_str(jobs(0), two, "as they came");
	is_str(jobs(7),
	    "id:a\tn:1\tsite:s\tvia:v\tto:x\tmsgs-per-conn:7\n"
	    "n:2\tid:a\ty:\\t\tmsgs-per-conn:7\n",
	    "with a label");
	txn.item.room = txn.item.provider_room = -1;
	is_str(later(1234567890, 0),
	    "id:a\tn:1\tsite:s\tvia:v\tstatus:later"
	    "\tnext:1234.567\tclass:limit\ttext:waiting for room\n"
	    "id:a\tn:2\tstatus:later\tnext:1234.567\tclass:limit"
	    "\ttext:waiting for room\n",
	    "no room");
	txn.len = 28;
	is_str(later(5000, 1),
	    "id:a\tn:1\tsite:s\tvia:v\tstatus:later"
	    "\tnext:0.005\tclass:limit\ttext:waiting for the restart\n",
	    "the end");
	txn.item.room = 3;
	txn.item.key = "site:s\t";
	snprintf(txn.item.limit, sizeof txn.item.limit, "conn=20");
	is_str(later(0, 0),
	    "id:a\tn:1\tsite:s\tvia:v\tstatus:later"
	    "\tnext:0.000\troom:3\tclass:limit"
	    "\ttext:waiting for site:s\\t conn=20\n",
	    "a key that binds");
	txn.item.room = -1;
	txn.item.provider_room = 7;
	is_str(later(0, 0),
	    "id:a\tn:1\tsite:s\tvia:v\tstatus:later"
	    "\tnext:0.000\tprovider-room:7\tclass:limit"
	    "\ttext:waiting for site:s\\t conn=20\n",
	    "one of a provider");
	txn.item.provider_room = -1;
	txn.item.key = "via:a\\b";
	txn.item.line_by = "via:*+tag:List=*";
	txn.item.line_by_len = strlen(txn.item.line_by);
	txn.item.line_room = 5;
	txn.item.line_until_us = 1500000;
	is_str(later(0, 0),
	    "id:a\tn:1\tsite:s\tvia:v\tstatus:later"
	    "\tnext:0.000\tclass:limit\tline:via:a\\\\b\tline-room:5"
	    "\tline-until:1.500\tline-by:via+tag:List"
	    "\ttext:waiting for via:a\\\\b conn=20\n",
	    "one that all wait for, whatever their site");
	txn.item.line_by = "*";
	txn.item.line_by_len = 1;
	ok(strstr(later(0, 0), "\tline-by:\ttext:") != NULL, "of all jobs");
	txn.item.line_by = NULL;
	txn.item.key = "site:s\t";
	txn.lines = (char *)"id:a\tprovider:p\ttag:l=1\tuser:u\ttag:m=2\n";
	txn.len = strlen(txn.lines);
	transactiontext_granted(&txn);
	ok(strstr(event(p[0]),
	       "\tid:a\trcpts:2\tprovider:p\tuser:u\ttag:l=1\ttag:m=2\n") !=
		NULL,
	    "granted, with all that keys are made of");
	txn.lines = (char *)two;
	txn.len = 28;
	transactiontext_granted(&txn);
	ok(strstr(event(p[0]), "\tid:a\trcpts:2\tsite:s\tvia:v\n") != NULL,
	    "granted");
	transactiontext_throttled(NULL, &n);
	ok(strstr(event(p[0]),
	       "\tkey:site:s\tlimit:conn=20\tin-flight:3"
	       "\theld:1\tlater:2\n") != NULL,
	    "throttled");
	n.closed_us = 1000001;
	transactiontext_throttled(NULL, &n);
	ok(strstr(event(p[0]), "\tlater:2\tclosed:2\n") != NULL, "closed");
	return done();
}
