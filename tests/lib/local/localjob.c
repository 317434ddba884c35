#include "local/localjob.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* a directory of Maildirs with a message file m in it */
static char dir[] = "/tmp/rohrpost-localjob.XXXXXX";
static int base;
static struct localjob_boxes boxes;

static void
file(const char *name, const char *text, size_t n)
{
	int fd = openat(base, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, n) != (ssize_t)n)
		exit(111);
	close(fd);
}

static struct localjob *
job(const char *labels, struct localjob_fault *f)
{
	char line[16384];

	snprintf(line, sizeof line,
	    "id:i\tn:0\tfile:%s/m\toff:3\tsize:38%s%s\n", dir,
	    labels[0] == '\0' ? "" : "\t", labels);
	return localjob_new(line, strlen(line), f);
}

#define TO "from:s@x\tto:A@b\tuser:ann"

static const struct {
	const char *labels, *forward; /* the file of ann */
	int next;
	const char *want; /* the fault, or the orders */
} cases[] = {
	{ TO, NULL, 0, "keep" },
	{ TO, "# nothing\n", 0, "keep" },
	{ TO, "|cmd\n", 0, "|cmd" },
	{ TO, "|one\n|two\nkeep\n", 0, "|one|two keep" },
	{ TO, "c@d\n", 1, "forward" },
	{ TO, "c@d\n", 0,
	    "deferred 4.3.5 local there is no next link to forward to" },
	{ TO, "c d\n", 1,
	    "deferred 4.3.5 local the forward file has a bad line" },
	{ TO "\tprogram:cmd x", "keep\n", 0, "|cmd x" },
	{ TO "\tforward:c@d e@f\tkeep:1", NULL, 1, "forward keep" },
	/* labels that say nothing */
	{ TO "\tforward:", NULL, 1, "keep" },
	{ TO "\tforward: \tprogram:", "c@d\n", 1, "forward" },
	{ TO "\tforward:\tprogram:cmd x", NULL, 1, "|cmd x" },
	{ TO "\tforward:|cmd", NULL, 1,
	    "deferred 4.3.5 local bad command or address to forward to" },
	{ TO "\tprogram:a\\nb", NULL, 1,
	    "deferred 4.3.5 local bad command or address to forward to" },
	{ "from:s@x\tto:a@b", NULL, 0,
	    "deferred 4.3.5 local the job names no mailbox" },
	{ "from:s@x\tto:a@b\tuser:bob", NULL, 0,
	    "bounced 5.1.1 local no such mailbox" },
	{ "from:s@x\tto:a@b\tuser:../ann", NULL, 0,
	    "bounced 5.1.1 local no such mailbox" },
	{ "from:s\\nx\tto:a@b\tuser:ann", NULL, 0,
	    "bounced 5.1.3 local bad address" },
	{ "from:s@x\tto:Loop@b\tuser:ann", NULL, 0,
	    "bounced 5.4.6 loop mail loop: it was delivered to this address "
	    "before" },
};

static void
orders(size_t i)
{
	struct localjob_fault f;
	struct localjob *j = job(cases[i].labels, &f);
	char got[1024] = "";
	const char *s;
	size_t n, at = 0;

	unlinkat(base, "ann/forward", 0);
	if (cases[i].forward != NULL)
		file("ann/forward", cases[i].forward, strlen(cases[i].forward));
	if (j == NULL || f.status != NULL) {
		ok(0, "is a job");
		return;
	}
	if (localjob_orders(j, &boxes, cases[i].next, &f) == -1) {
		snprintf(got, sizeof got, "%s %s %s %s", f.status, f.esc,
		    f.class, f.text);
	} else {
		while (forward_command(&j->orders, &s, &n))
			at += snprintf(got + at, sizeof got - at, "|%.*s",
			    (int)n, s);
		at += snprintf(got + at, sizeof got - at, "%s%s",
		    at > 0 && j->orders.forward ? " " : "",
		    j->orders.forward ? "forward" : "");
		snprintf(got + at, sizeof got - at, "%s%s",
		    at > 0 && j->orders.keep ? " " : "",
		    j->orders.keep ? "keep" : "");
	}
	is_str(got, cases[i].want, cases[i].labels);
	localjob_free(j);
}

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

static void
forward_file(size_t n, const char *want, const char *name)
{
	char *s = malloc(n);
	struct localjob_fault f = { .text = "" };
	struct localjob *j = job(TO, &f);
	size_t i;

	for (i = 0; i < n; i++)
		s[i] = i % 100 == 99 ? '\n' : '#';
	file("ann/forward", s, n);
	localjob_orders(j, &boxes, 0, &f);
	is_str(f.text, want, name);
	localjob_free(j);
	free(s);
}

static void
results(void)
{
	static char many[LOCALJOB_TEXT_MAX + 2];
	struct localjob_fault f;
	struct localjob *j = job("from:s@x\tto:a@b\tsite:local\tvia:local\t"
				 "forward:c@d e@f\tnotify:NEVER\ttenant:t",
	    &f);
	struct buf out = { 0 }, env = { 0 };
	struct ltsv l;

	localjob_result(&out, j, "sent");
	localjob_result_end(&out, j, "done", 4);
	*strstr(text(&out), "\tms:") = '\0';
	is_str(buf_data(&out),
	    "id:i\tn:0\tsite:local\tvia:local\t"
	    "status:sent\ttext:done",
	    "a result");
	memset(many, 'x', sizeof many);
	localjob_result(&out, j, "sent");
	localjob_result_end(&out, j, many, LOCALJOB_TEXT_MAX + 1);
	is_num(ltsv_parse(buf_data(&out), buf_len(&out), &l), 0, "is a line");
	is_num(ltsv_find(&l, "text")->value_len, LOCALJOB_TEXT_MAX,
	    "a text one above the limit is cut");
	localjob_add_text(j, "a ", "b", 1);
	localjob_add_text(j, "c ", "d", 1);
	is_str(text(&j->text), "a b; c d", "texts are gathered");
	localjob_failed(&f, "oh", EDQUOT);
	is_str(f.esc, "4.2.2", "quota");
	localjob_failed(&f, "oh", ENOSPC);
	is_str(f.esc, "4.3.1", "disk");
	localjob_failed(&f, "oh", EIO);
	is_str(f.esc, "4.3.0", "others");
	is_num(localjob_orders(j, &boxes, 1, &f), 0, "orders");
	is_str(text(&j->before), "Return-Path: <s@x>\nDelivered-To: a@b\n",
	    "what comes before a message");
	buf_clear(&out);
	localjob_parcel(j, &env, &out);
	is_str(text(&env),
	    "from s@x\nproto local\ntenant t\nof i\n"
	    "to c@d NOTIFY=NEVER\nto e@f NOTIFY=NEVER\n",
	    "envelope of a copy");
	is_str(text(&out), "Delivered-To: a@b\n", "and its first field");
	localjob_free(j);
	buf_free(&out);
	buf_free(&env);
}

/* what who asked for it hears of success, and what the copies ask for */
static void
successes(void)
{
	static const struct {
		const char *labels, *dsn, *to; /* of the copies */
	} asks[] = {
		{ TO, "none", "" },
		{ TO "\tnotify:FAILURE", "none", "" },
		{ TO "\tnotify:SUCCESS", "delivered", "" },
		{ TO "\tprogram:x\tnotify:SUCCESS", "delivered", "" },
		{ TO "\tforward:c@d\tnotify:SUCCESS\torcpt:rfc822;A@b", "none",
		    "to c@d NOTIFY=SUCCESS ORCPT=rfc822;A@b\n" },
		{ TO "\tforward:c@d e@f\tnotify:SUCCESS\torcpt:rfc822;A@b",
		    "expanded",
		    "to c@d NOTIFY=NEVER ORCPT=rfc822;A@b\n"
		    "to e@f NOTIFY=NEVER ORCPT=rfc822;A@b\n" },
		{ TO "\tforward:c@d e@f\tnotify:SUCCESS,DELAY", "expanded",
		    "to c@d NOTIFY=DELAY\nto e@f NOTIFY=DELAY\n" },
		{ TO "\tforward:c@d\tkeep:1\tnotify:SUCCESS,FAILURE",
		    "delivered", "to c@d NOTIFY=FAILURE\n" },
		{ TO "\tforward:c@d\tprogram:x\tnotify:SUCCESS", "delivered",
		    "to c@d NOTIFY=NEVER\n" },
		{ TO "\tforward:c@d e@f", "none", "to c@d\nto e@f\n" },
		{ TO "\tforward:c@d e@f\tnotify:NEVER", "none",
		    "to c@d NOTIFY=NEVER\nto e@f NOTIFY=NEVER\n" },
	};
	struct buf env = { 0 }, out = { 0 };
	struct localjob_fault f;
	struct localjob *j;
	const char *to;
	size_t i;

	unlinkat(base, "ann/forward", 0);
	for (i = 0; i < sizeof asks / sizeof *asks; i++) {
		j = job(asks[i].labels, &f);
		is_num(localjob_orders(j, &boxes, 1, &f), 0, asks[i].labels);
		is_str(j->dsn == NULL ? "none" : j->dsn, asks[i].dsn,
		    "the report");
		localjob_parcel(j, &env, &out);
		to = strstr(text(&env), "\nto ");
		is_str(to == NULL ? "" : to + 1, asks[i].to, "the copies");
		localjob_free(j);
		buf_clear(&env);
		buf_clear(&out);
	}
	buf_free(&env);
	buf_free(&out);
}

/* what a message brings with it: the fields in front of it end safely, and
 * an old Return-Path goes */
static void
befores(void)
{
#define OURS "Return-Path: <s@x>\nDelivered-To: A@b\n"
	static const struct {
		const char *message, *before;
		unsigned head;
		const char *forward;
	} brings[] = {
		{ "A: b\n\nx", OURS, 0, "" },
		{ "\nx", OURS, 0, "" },
		{ "", OURS, 0, "" },
		{ " text\nA: b\n", OURS "\n", 0, "\n" },
		{ "text", OURS "\n", 0, "\n" },
		{ "From a@b\nReturn-Path: <o@x>\n\n", OURS "\n", 0, "\n" },
		{ "Return-Path: <o@x>\nA: b\n\nx", OURS, 19, "" },
		{ "Return-Path: <o@x>\n\nx", OURS, 19, "" },
		{ "A: b\nreturn-path:\n <o@x>\nC: d\nReturn-Path : y\n\nx",
		    OURS "A: b\nC: d\n", 46, "" },
		{ "A: b\nno field\nReturn-Path: y\n\nx",
		    OURS "A: b\nno field\n", 29, "" },
		{ "Return-Path: y\nno field\nA: b\n\n", OURS "\n", 15, "" },
		{ "A: b\n\nReturn-Path: y\n", OURS, 0, "" },
		{ "Return-Path: y", OURS, 14, "" },
	};
	char line[256], want[256];
	struct localjob_fault f;
	struct localjob *j;
	struct buf env = { 0 }, out = { 0 };
	size_t i;

	unlinkat(base, "ann/forward", 0);
	for (i = 0; i < sizeof brings / sizeof *brings; i++) {
		file("m", brings[i].message, strlen(brings[i].message));
		snprintf(line, sizeof line,
		    "id:i\tn:0\tfile:%s/m\toff:0\t"
		    "size:%zu\t" TO "\n",
		    dir, strlen(brings[i].message));
		j = localjob_new(line, strlen(line), &f);
		is_num(localjob_orders(j, &boxes, 1, &f), 0, brings[i].message);
		is_str(text(&j->before), brings[i].before, "before it");
		is_num(j->head, brings[i].head, "without so much of it");
		localjob_parcel(j, &env, &out);
		snprintf(want, sizeof want, "Delivered-To: A@b\n%s",
		    brings[i].forward);
		is_str(text(&out), want, "before a forwarded one");
		localjob_free(j);
		buf_clear(&env);
		buf_clear(&out);
	}
	buf_free(&env);
	buf_free(&out);
}

int
main(void)
{
	struct localjob_fault f;
	struct localjob *j;
	size_t i;

	if (mkdtemp(dir) == NULL ||
	    (base = open(dir, O_RDONLY | O_DIRECTORY)) == -1 ||
	    mkdirat(boxes.base = base, "ann", 0700) == -1 ||
	    mkdirat(base, "ann/tmp", 0700) == -1 ||
	    mkdirat(base, "ann/new", 0700) == -1 ||
	    mkdirat(base, "ann/cur", 0700) == -1)
		return 111;
	file("m", "123Delivered-To: loop@B\nSubject: s\n\nbody\n", 41);
	ok(localjob_new("id:i\n", 5, &f) == NULL &&
		localjob_new("n:0\n", 4, &f) == NULL &&
		localjob_new("x\n", 2, &f) == NULL,
	    "no jobs");
	j = localjob_new("id:i\tn:0\tfile:/m\toff:0\n", 23, &f);
	ok(j != NULL && f.status != NULL, "one without a size");
	is_str(f.text, "the job lacks from, to, file, off or size", "says so");
	localjob_free(j);
	for (i = 0; i < 2; i++) {
		j = job(i == 0 ? "from:s@x\tuser:ann" : "to:a@b\tuser:ann", &f);
		is_str(f.status == NULL ? "none" : f.status, "deferred",
		    "without from or to: the chain's fault, not the mail's");
		localjob_free(j);
	}
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		orders(i);
	forward_file(FORWARD_FILE_MAX, "", "a forward file at the limit");
	forward_file(FORWARD_FILE_MAX + 1, "the forward file is too large",
	    "one above");
	unlinkat(base, "ann/forward", 0);
	results();
	successes();
	befores();
	unlinkat(base, "m", 0);
	j = job(TO, &f);
	is_num(localjob_orders(j, &boxes, 0, &f), -1, "no message");
	is_str(f.status, "deferred", "is a temporary failure");
	localjob_free(j);
	unlinkat(base, "ann/tmp", AT_REMOVEDIR);
	unlinkat(base, "ann/new", AT_REMOVEDIR);
	unlinkat(base, "ann/cur", AT_REMOVEDIR);
	unlinkat(base, "ann", AT_REMOVEDIR);
	rmdir(dir);
	return done();
}
