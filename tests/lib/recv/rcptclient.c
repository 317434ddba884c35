/* recipients asked for over one connection, with a server that says what it is
 * told to */
#include "recv/rcptclient.h"
#include "partner.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rcptclient.XXXXXX", address[70], path[60];
static char *next[] = { address, NULL };
static struct rcptclient client;

struct outcome {
	struct rcptclient_question q; /* first */
	int n;
	enum rcptwire_what how;
	char said[400];
	struct outcome *then; /* is asked in the answer */
};

static void ask(struct outcome *, const char *, const char *);

static void
on_done(struct rcptclient_question *q, const struct rcptwire_answer *a)
{
	struct outcome *o = (struct outcome *)q;

	o->n++;
	o->how = a->what;
	snprintf(o->said, sizeof o->said, "%s|%s", a->esc, a->text);
	if (o->then != NULL)
		ask(o->then, "then@x.test", "next");
}

static void
ask(struct outcome *o, const char *to, const char *word)
{
	struct outcome *then = o->then;

	memset(o, 0, sizeof *o);
	o->then = then;
	o->q.done = on_done;
	o->q.to = (struct slice){ to, strlen(to) };
	o->q.ask = word;
	is_num(rcptclient_ask(&client, &o->q), 0, "asked");
}

static int
is_answered(const void *o)
{
	return ((const struct outcome *)o)->n > 0;
}

static int
is_down(const void *arg)
{
	(void)arg;
	return !client.asker.connected;
}

/* what is said: the answer has it, whatever the next line is */
static void
answers(void)
{
	static const struct {
		const char *line;
		enum rcptwire_what how;
		const char *said;
	} t[] = {
		{ "status:sent\tesc:2.1.5\ttext:ok", RCPTWIRE_KNOWN,
		    "2.1.5|ok" },
		{ "status:bounced\tclass:rcpt\tesc:5.1.1\ttext:no",
		    RCPTWIRE_NOBODY, "5.1.1|no" },
		{ "status:later", RCPTWIRE_UNSURE, "|" },
	};
	static struct outcome o;
	char line[500];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ask(&o, "joe@x.test", "next");
		partner_until(partner_has_heard, "\n");
		buf_clear(&partner_heard);
		snprintf(line, sizeof line, "id:%u\tn:0\t%s\n",
		    o.q.asked.by_id.id, t[i].line);
		partner_says(line);
		ok(partner_until(is_answered, &o), "answered");
		is_num(o.how, t[i].how, t[i].line);
		is_str(o.said, t[i].said, "what is said");
	}
}

static void
side_by_side(void)
{
	static struct outcome a, b, c;

	ask(&a, "a@x.test", "next");
	ask(&b, "b\t@x.test", "program");
	ask(&c, "c@x.test", "next");
	ok(partner_until(partner_has_heard,
	       "to:b\\t@x.test\task:program\tverify:1\n"),
	    "the question");
	rcptclient_cancel(&client, &c.q);
	rcptclient_cancel(&client, &c.q);
	is_num((long long)client.asker.open, 2, "one is cancelled");
	{
		char line[200];

		snprintf(line, sizeof line,
		    "id:%u\tn:0\tstatus:bounced\nid:77777\tstatus:sent\n"
		    "id:%u\tn:0\tstatus:sent\nid:%u\tn:0\tstatus:sent\n",
		    a.q.asked.by_id.id + 1, a.q.asked.by_id.id + 2,
		    a.q.asked.by_id.id);
		a.then = &c;
		partner_says(line);
	}
	ok(partner_until(is_answered, &a) && is_answered(&b), "in any order");
	ok(a.how == RCPTWIRE_KNOWN && b.how == RCPTWIRE_NOBODY && c.n == 0,
	    "each his own, and none for who has gone");
	ok(partner_until(partner_has_heard, "then@x.test"),
	    "one asked in an answer");
	rcptclient_cancel(&client, &c.q);
}

/* the server ends: what was under way is put again, once */
static void
ends(void)
{
	static struct outcome o, late;
	char line[100];

	ask(&o, "o@x.test", "next");
	ok(partner_until(partner_has_heard, "o@x.test"), "put");
	partner_hangs_up();
	ok(partner_until(is_down, NULL), "the server is gone");
	is_num(o.n, 0, "that is no answer");
	ask(&late, "late@x.test", "next");
	ok(partner_until(partner_has_heard, "late@x.test"),
	    "who asks meanwhile waits");
	ok(partner_has_heard("o@x.test"), "and what was open is put again");
	partner_hangs_up();
	ok(partner_until(is_answered, &o), "the second time it is an answer");
	is_num(o.how, RCPTWIRE_UNSURE, "it is not known");
	is_num(late.n, 0, "the other one has another chance");
	ok(partner_until(partner_has_heard, "late@x.test"), "which comes");
	snprintf(line, sizeof line, "id:%u\tstatus:sent\n",
	    late.q.asked.by_id.id);
	partner_says(line);
	ok(partner_until(is_answered, &late) && late.how == RCPTWIRE_KNOWN,
	    "and is answered");
	ask(&o, "o@x.test", "next");
	partner_until(partner_has_heard, "o@x.test");
	partner_says("what\n");
	ok(partner_until(is_down, NULL), "one that speaks nonsense is left");
	rcptclient_cancel(&client, &o.q);
	partner_until(partner_has_heard, "");
}

static void
waits(void)
{
	static struct outcome o;

	client.asker.wait_ms = 50;
	ask(&o, "o@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_UNSURE,
	    "no answer in time");
	client.asker.wait_ms = RCPTCLIENT_WAIT_MS;
	close(partner_listening);
	partner_listening = -1;
	unlink(path);
	partner_hangs_up();
	partner_until(is_down, NULL);
	client.asker.away_ms = 50;
	ask(&o, "o@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_UNSURE,
	    "nobody there in time");
	client.asker.away_ms = ASKER_AWAY_MS;
}

/* a command in place of a socket: one that answers, one that does not */
static void
commands(void)
{
	static char *answers_once[] = { "sh", "-c",
		"read -r l; printf '%s\\tstatus:sent\\n' \"${l%%\t*}\"", NULL };
	static char *mute[] = { "sh", "-c", "exec sleep 1000", NULL };
	static struct outcome o;
	pid_t pid;

	rcptclient_init(&client, answers_once);
	client.asker.tries = 1;
	ask(&o, "o@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_KNOWN,
	    "a command that is started");
	partner_until(is_down, NULL);
	ask(&o, "p@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_KNOWN,
	    "and again when it has ended");
	rcptclient_close(&client);
	rcptclient_init(&client, mute);
	client.asker.tries = 1;
	client.asker.wait_ms = 20;
	ask(&o, "o@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_UNSURE,
	    "one that says nothing");
	pid = client.asker.pid;
	ok(pid > 0 && kill(pid, 0) == 0, "lives on for a while");
	client.asker.heard_ms -= ASKER_MUTE * client.asker.wait_ms;
	ask(&o, "o@x.test", "next");
	ok(partner_until(is_answered, &o) && o.how == RCPTWIRE_UNSURE, "then");
	ok(client.asker.pid != pid, "it is ended");
	rcptclient_close(&client);
	if (client.asker.old > 0)
		kill(client.asker.old, SIGKILL);
	rcptclient_init(&client, next);
}

static void
limit(void)
{
	static struct outcome o[RCPTCLIENT_OPEN_MAX + 1];
	struct rcptclient_question *q;
	unsigned i, n = 0;

	for (i = 0; i <= RCPTCLIENT_OPEN_MAX; i++) {
		q = &o[i].q;
		q->done = on_done;
		q->to = (struct slice){ "x@x.test", 8 };
		q->ask = "next";
		n += rcptclient_ask(&client, q) == 0;
	}
	is_num(n, RCPTCLIENT_OPEN_MAX, "as many as may be, and not one more");
	rcptclient_cancel(&client, &o[7].q);
	is_num(rcptclient_ask(&client, &o[7].q), 0, "in place of one");
	rcptclient_close(&client);
	is_num((long long)client.asker.open, 0, "all are forgotten");
	is_num(o[0].n, 0, "without a word");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	partner_serves(address);
	rcptclient_init(&client, next);
	answers();
	side_by_side();
	ends();
	waits();
	rcptclient_close(&client);
	commands();
	limit();
	buf_free(&partner_heard);
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
