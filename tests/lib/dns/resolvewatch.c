/* whom to ask changes while questions are under way: dns/resolvewatch */
#include "base/clock.h"
#include "base/die.h"
#include "dns/resolve.h"
#include "dnsfake.h"
#include "looprun.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* both know a name, and the first does not answer for another */
static const struct dnsfake_record one[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.1", 0, 0 },
	{ "slow.test", DNSFAKE_SILENT, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};
static const struct dnsfake_record two[] = {
	{ "a.test", DNSFAKE_A, "192.0.2.2", 0, 0 },
	{ "slow.test", DNSFAKE_A, "192.0.2.3", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static char dir[] = "/dev/shm/resolvewatch.XXXXXX";
static struct resolve dns;
static struct asked {
	struct resolve_query q;
	unsigned times, last; /* the last byte of the address, 0: none */
} a, slow;

static void
on_answer(void *arg, const struct resolve_answer *r)
{
	struct asked *q = arg;

	q->times++;
	q->last = r->status == RESOLVE_OK ? r->data[0][3] : 0;
}

/* the look that is due each second is due now */
static void
ask(struct asked *q, const char *name)
{
	*q = (struct asked){ .q = { .name = name,
				 .type = RESOLVE_A,
				 .done = on_answer,
				 .arg = q } };
	dns.look_ms = 0;
	resolve_ask(&dns, &q->q);
}

static int
is_over(const void *arg)
{
	return ((const struct asked *)arg)->times > 0;
}

static void
put(const char *text)
{
	char path[64], new[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/resolver", dir);
	snprintf(new, sizeof new, "%s/new", dir);
	f = fopen(new, "w");
	fputs(text, f);
	fclose(f);
	rename(new, path);
}

static void
test_change(const char *second)
{
	ask(&a, "a.test");
	looprun_until(NULL, is_over, &a);
	is_num(a.last, 1, "the first answers");
	ask(&slow, "slow.test");
	looprun_ms(50);
	is_num(slow.times, 0, "not everything");
	put(second);
	ask(&a, "a.test");
	looprun_until(NULL, is_over, &a);
	is_num(a.times, 1, "by which a change is seen is answered");
	looprun_until(NULL, is_over, &slow);
	is_num(slow.last, 3, "what was under way is asked of the second");
	is_num(slow.times, 1, "and answered once");
	ask(&a, "a.test");
	looprun_until(NULL, is_over, &a);
	is_num(a.last, 2, "as are others");
}

static void
test_bad(void)
{
	put("name\n");
	ask(&a, "a.test");
	looprun_until(NULL, is_over, &a);
	looprun_ms(10);
	is_num(a.last, 2, "a file that is no good changes nothing");
	ask(&a, "slow.test");
	looprun_until(NULL, is_over, &a);
	is_num(a.last, 3, "now nor later");
	is_num(dns.conf.n_server, 1, "whom it named before is asked");
	dns.look_ms = clock_mono_ms() + RESOLVE_LOOK_MS;
	put("127.0.0.1@1\n");
	resolve_ask(&dns, &a.q);
	is_num(loop_timer_active(&dns.reload_timer), 0,
	    "files are looked at once a second");
	looprun_until(NULL, is_over, &a);
}

int
main(void)
{
	static char *args[] = { "resolvewatch", NULL };
	char first[32], second[32], line[40];
	pid_t pid[2];

	prog_init(args);
	if (mkdtemp(dir) == NULL)
		return 111;
	pid[0] = dnsfake_start(one, first);
	pid[1] = dnsfake_start(two, second);
	snprintf(line, sizeof line, "%s\n", first);
	put(line);
	resolve_setup(&dns, dir);
	snprintf(line, sizeof line, "%s\n", second);
	test_change(line);
	test_bad();
	kill(pid[0], SIGTERM);
	kill(pid[1], SIGTERM);
	put("");
	snprintf(line, sizeof line, "%s/resolver", dir);
	unlink(line);
	rmdir(dir);
	return done();
}
