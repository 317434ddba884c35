/* a recipient who is asked for: what becomes of him, and of the session that
 * waits */
#include "recv/rcptask.h"
#include "base/die.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-rcptask.XXXXXX", at[80];
static int door, asked = -1;
static struct inbound *in;
static struct session s;
static struct loop_timer late;
static char outcome[500]; /* of RCPT: "CODE ESC ADDRESS" */

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

static void
on_rcpt(struct session *session, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	ok(session == &s && !s.asked && s.more->rcpt == NULL &&
		ev->kind == SMTPIN_RCPT && ev->verb == SMTPIN_V_RCPT,
	    "it is over");
	snprintf(outcome, sizeof outcome, "%u %s %.*s", r == NULL ? 0 : r->code,
	    r == NULL ? "" : r->esc, (int)ev->arglen, ev->arg);
}

/* the next question; its id */
static unsigned
question(const char *what)
{
	static char t[4096];
	ssize_t n = -1;
	int i;

	for (i = 0; n <= 0 && i < 5000; i++) {
		loop_timer_set(&late, 1, on_late, NULL);
		loop_run();
		if (asked == -1)
			asked = accept(door, NULL, NULL);
		n = asked == -1 ? -1
				: recv(asked, t, sizeof t - 1, MSG_DONTWAIT);
	}
	t[n < 0 ? 0 : n] = '\0';
	ok(strstr(t, what) != NULL, what);
	return (unsigned)atoi(t + 3);
}

static const char *
answer(unsigned id, const char *result)
{
	char t[200];
	int i, n = snprintf(t, sizeof t, "id:%u\tn:0\t%s\n", id, result);

	outcome[0] = '\0';
	fd_write_all(asked, t, n);
	for (i = 0; outcome[0] == '\0' && i < 5000; i++) {
		loop_timer_set(&late, 1, on_late, NULL);
		loop_run();
	}
	return outcome;
}

static const struct smtpin_reply *
begin(const char *to, unsigned take)
{
	struct rcpt_question q = { { to, strlen(to) },
		{ RCPTFILE_NEXT, take } };
	struct smtpin_event ev = { .verb = SMTPIN_V_RCPT };
	char line[100];
	int n = snprintf(line, sizeof line, "%s NOTIFY=NEVER", to);

	address_parse("Ann@X.test", 10, &ev.address);
	return rcptask_begin(&s, &ev, (struct slice){ line, n }, &q, on_rcpt);
}

static const char *
envelope(void)
{
	static char t[1000];

	snprintf(t, sizeof t, "%.*s", (int)buf_len(&s.letter->item.env),
	    buf_data(&s.letter->item.env));
	return t;
}

static void
answers(void)
{
	static const struct {
		const char *result, *outcome;
		unsigned take, taken;
	} t[] = {
		{ "status:sent", "0  Ann@X.test", 0, 1 },
		{ "status:bounced", "550 5.1.1 Ann@X.test", 0, 0 },
		{ "status:bounced", "550 5.1.1 Ann@X.test", 1, 0 },
		{ "status:bounced\tesc:5.1.6", "550 5.1.1 Ann@X.test", 0, 0 },
		{ "status:bounced\tesc:5.2.1", "550 5.2.1 Ann@X.test", 0, 0 },
		{ "status:bounced\tesc:4.2.1", "550 5.1.1 Ann@X.test", 0, 0 },
		{ "status:bounced\tesc:5.x\x1b", "550 5.1.1 Ann@X.test", 0, 0 },
		{ "status:later", "451 4.3.0 Ann@X.test", 0, 0 },
		{ "status:deferred\tesc:4.2.2", "0  Ann@X.test", 1, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&s.letter->item.env);
		ok(begin("a@y.test", t[i].take) == NULL && s.asked, "asked");
		is_str(answer(question("to:a@y.test\task:next\t"), t[i].result),
		    t[i].outcome, t[i].result);
		is_str(envelope(),
		    t[i].taken ? "to a@y.test NOTIFY=NEVER\n" : "",
		    "the envelope");
	}
}

int
main(int argc, char **args)
{
	char none[] = "unix:", late_answer[60];
	unsigned id;

	(void)argc;
	prog_init(args);
	alarm(60);
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(at, sizeof at, "unix:%s/door", dir);
	in = calloc(1, sizeof *in);
	in->store.share.pool[SHARE_MEMORY].max = 1 << 20;
	in->store.dir = dir;
	s.in = in;
	s.letter = incoming_new(&in->store, NULL);
	is_num(begin("a@y.test", 1)->code, 451, "nobody to ask is a fault");
	is_num(rcptask_open(in, "/run/sock"), -1, "no address");
	is_num(rcptask_open(in, none), -1, "an empty one");
	door = listen_open(at, 0600);
	is_num(rcptask_open(in, at), 0, "somebody");
	answers();
	begin("b@y.test", 0);
	id = question("to:b@y.test");
	rcptask_drop(&s);
	ok(!s.asked && s.more->rcpt == NULL && in->rcpts->asker.open == 0,
	    "it is dropped");
	rcptask_drop(&s);
	ok(begin("c@y.test", 0) == NULL, "another");
	fd_write_all(asked, late_answer,
	    snprintf(late_answer, sizeof late_answer, "id:%u\tstatus:sent\n",
		id));
	is_str(answer(question("to:c@y.test"), "status:bounced"),
	    "550 5.1.1 Ann@X.test", "and a late answer is nobody's");
	rcptclient_close(in->rcpts);
	close(door);
	unlink(at + 5);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
