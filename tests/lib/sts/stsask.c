/* questions to sts-fetch, with a server that says what it is told to */
#include "sts/stsask.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/loop.h"
#include "partner.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/stsask.XXXXXX", path[64], address[80];

static struct outcome {
	struct stsask_query q; /* first */
	int times;
	struct sts_answer a;
	struct outcome *then; /* asked in the answer */
} one, two, three;

static void
on_done(void *arg, struct sts_answer *a)
{
	struct outcome *o = arg;

	o->times++;
	o->a = *a;
	if (o->then != NULL)
		stsask(&o->then->q, "then.example", 12);
}

static void
ask(struct outcome *o, const char *domain)
{
	sts_answer_free(&o->a);
	memset(o, 0, sizeof *o);
	o->q.done = on_done;
	o->q.arg = o;
	stsask(&o->q, domain, strlen(domain));
}

static int
is_answered(const void *arg)
{
	return ((const struct outcome *)arg)->times > 0;
}

static int
is_alone(const void *arg)
{
	(void)arg;
	return partner_conn == -1;
}

static void
nobody(void)
{
	is_num(stsask_setup(NULL, STSASK_WAIT_MS), 0, "nobody to ask");
	ask(&one, "a.example");
	is_num(one.times, 0, "not before the loop runs");
	ok(partner_until(is_answered, &one), "an answer at once");
	is_num(one.a.unknown, 1, "nothing is known");
	is_num(stsask_setup("/tmp/x", 1), -1, "no address");
	is_num(stsask_setup("unix:", 1), -1, "a path of none");
}

static void
answers(void)
{
	is_num(stsask_setup(address, STSASK_WAIT_MS), 0, "an address");
	partner_serves(address);
	ask(&one, "A.Example");
	ask(&two, "b.example");
	ask(&three, "c.example");
	ok(partner_until(partner_has_heard, "ask:c.example\n"), "questions");
	ok(partner_has_heard("ask:a.example\n"), "in lower case");
	partner_says(
	    "n:4\tmode:none\tfail:sts-policy-invalid\ttext:bad mode\n"
	    "n:3\tmode:enforce\tid:a1\texpires:1790000000\tmx:mx.b.example *.c.example\n"
	    "n:99\tmode:none\nn:");
	ok(partner_until(is_answered, &two), "answers, in another order");
	is_num(three.a.unknown, 0, "there is no policy");
	is_str(three.a.id, "", "so it has no id");
	is_num(two.a.mode, STS_ENFORCE, "there is one");
	is_str(two.a.id, "a1", "its id");
	is_num(two.a.expires_s, 1790000000, "until when");
	is_num(two.a.n_mx, 2, "its patterns");
	is_num(stspolicy_matches(two.a.mx, two.a.n_mx, "x.c.example", 11), 1,
	    "which are whole");
	is_num(one.times, 0, "one is left");
	one.then = &three;
	three.times = 0;
	partner_says("2\tmode:none\tid:b2\texpires:1790000001\n");
	ok(partner_until(is_answered, &one), "in two pieces");
	is_str(one.a.id, "b2", "a policy of mode none has an id");
	ok(partner_until(partner_has_heard, "ask:then.example\n"),
	    "one that is asked in an answer");
	stsask_cancel(&three.q);
	partner_says("n:5\tmode:none\n");
	ask(&two, "d.example");
	partner_says("n:6\tmode:none\n");
	ok(partner_until(is_answered, &two), "the next");
	is_num(three.times, 0, "what is cancelled is not answered");
}

static int turns;

static int
has_turned(const void *arg)
{
	(void)arg;
	return --turns == 0;
}

/* it ends between two questions, as when sts-fetch is restarted */
static void
restarted(void)
{
	FILE *f = tmpfile();
	int err = dup(2);

	dup2(fileno(f), 2);
	partner_hangs_up();
	turns = 5;
	partner_until(has_turned, NULL);
	ask(&one, "e.example");
	ok(partner_until(partner_has_heard, "ask:e.example\n"),
	    "connected again at once");
	dup2(err, 2);
	close(err);
	is_num(lseek(fileno(f), 0, SEEK_END), 0, "and nothing is said");
	fclose(f);
	partner_says("n:7\tmode:none\n");
	ok(partner_until(is_answered, &one), "an answer");
	is_num(one.a.unknown, 0, "it is known");
}

static void
losses(void)
{
	int64_t began;

	ask(&one, "a.example");
	ok(partner_until(partner_has_heard, "ask:a.example\n"), "asked");
	partner_hangs_up();
	ok(partner_until(is_answered, &one), "the connection ends");
	is_num(one.a.unknown, 1, "nothing is known");
	ask(&one, "b.example");
	ask(&two, "c.example");
	stsask_cancel(&two.q);
	ok(partner_until(is_answered, &one), "it is not made again at once");
	is_num(one.a.unknown, 1, "nothing is known, and at once");
	is_num(two.times, 0, "cancelled before the loop ran");
	began = clock_mono_ms();
	do
		ask(&one, "b.example");
	while (partner_until(is_answered, &one) && partner_conn == -1 &&
	    clock_mono_ms() - began < 500);
	ok(partner_conn == -1, "nor a moment later");
}

/* a second after the last */
static void
again(const char *how)
{
	int64_t began = clock_mono_ms();

	do {
		ask(&one, "again.example");
		partner_turn();
		if (partner_conn != -1)
			break;
		partner_until(is_answered, &one);
	} while (clock_mono_ms() - began < 20000);
	ok(partner_conn != -1, how);
	partner_until(partner_has_heard, "ask:again.example\n");
	/* an answer that nobody waits for is a sign of life, too */
	partner_says("n:0\tmode:none\n");
}

static void
nonsense(void)
{
	static char line[STS_FIELD_MAX + 30000];

	again("connected again");
	partner_says("hello\n");
	ok(partner_until(is_answered, &one), "an answer that is none");
	is_num(one.a.unknown, 1, "is not believed");
	ok(partner_until(is_alone, NULL), "the connection is ended");
	again("and again");
	memset(line, 'x', sizeof line - 1);
	partner_says(line);
	ok(partner_until(is_answered, &one), "a line without an end");
	ok(partner_until(is_alone, NULL), "ends it, too");
	again("once more");
	partner_says("n:1\task:a.example\n");
	ok(partner_until(is_answered, &one), "a question is no answer");
	ok(partner_until(is_alone, NULL), "and ends it");
}

static void
time_over(void)
{
	stsask_setup(address, 50);
	again("with less patience");
	ok(partner_until(is_answered, &one), "no answer in time");
	is_num(one.a.unknown, 1, "nothing is known");
	ok(partner_conn != -1, "the connection stays");
	partner_says("n:1\tmode:none\n");
	ask(&one, "...");
	ok(partner_until(is_answered, &one), "what is no name");
	is_num(one.a.unknown, 1, "is not asked");
	ok(partner_conn != -1, "nor said");
	stsask_setup(address, STSASK_WAIT_MS);
}

static void
limit(void)
{
	static struct outcome many[STSASK_FLIGHT_MAX + 1];
	unsigned i, known = 0;

	for (i = 0; i <= STSASK_FLIGHT_MAX; i++)
		ask(&many[i], "many.example");
	ok(partner_until(is_answered, &many[STSASK_FLIGHT_MAX]),
	    "one too many");
	is_num(many[STSASK_FLIGHT_MAX].a.unknown, 1, "of it nothing is known");
	for (i = 0; i < STSASK_FLIGHT_MAX; i++)
		known += many[i].times;
	is_num(known, 0, "of the others not yet");
	partner_hangs_up();
	ok(partner_until(is_answered, &many[0]), "all are lost with it");
	for (i = known = 0; i < STSASK_FLIGHT_MAX; i++)
		known += many[i].times == 1 && many[i].a.unknown;
	is_num(known, STSASK_FLIGHT_MAX, "once each");
}

int
main(void)
{
	static char *args[] = { "stsask", NULL };

	prog_init(args);
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	nobody();
	answers();
	restarted();
	losses();
	nonsense();
	time_over();
	limit();
	close(partner_listening);
	unlink(path);
	rmdir(dir);
	return done();
}
