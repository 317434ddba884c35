/* one destination: its hosts, and what MTA-STS says of them, while sts-fetch
 * answers, is silent, or is gone */
#include "base/clock.h"
#include "base/die.h"
#include "base/loop.h"
#include "route/hostquery.h"
#include "route/nexthop.h"
#include "dnsfake.h"
#include "looprun.h"
#include "tap.h"
#include <sys/un.h>
#include <sys/wait.h>

static const struct dnsfake_record zone[] = {
	{ "two.test", DNSFAKE_MX, "b.test", 20, 7200 },
	{ "two.test", DNSFAKE_MX, "a.test", 10, 7200 },
	{ "a.test", DNSFAKE_A, "192.0.2.1", 0, 7200 },
	{ "b.test", DNSFAKE_A, "192.0.2.2", 0, 7200 },
	{ "none.test", DNSFAKE_A, "192.0.2.3", 0, 7200 },
	{ "quiet.test", DNSFAKE_A, "192.0.2.4", 0, 7200 },
	{ NULL, 0, NULL, 0, 0 },
};

static char dir[] = "/dev/shm/hostquery.XXXXXX";
static char path[64], address[80];
static struct resolve dns;
static struct hosts got;
static unsigned ttl, times;

/* what sts-fetch would say: of two.test a policy, of quiet.test nothing */
static void
answer(int fd, char *line)
{
	char out[200], *n = strstr(line, "n:"), *ask = strstr(line, "ask:");
	size_t len = strcspn(n, "\t\n");

	n[len] = '\0';
	if (ask == NULL || strncmp(ask, "ask:quiet", 9) == 0)
		return;
	if (strncmp(ask, "ask:two.test", 12) == 0)
		snprintf(out, sizeof out,
		    "%s\tmode:enforce\tid:i1\texpires:%lld\tmx:a.test *.c.test\n",
		    n, (long long)clock_wall_s() + 1000);
	else
		snprintf(out, sizeof out, "%s\tmode:none\n", n);
	if (write(fd, out, strlen(out)) == -1)
		_exit(1);
}

static void
serve(int listening)
{
	char line[400];
	int fd = accept(listening, NULL, NULL);
	size_t n = 0;

	while (read(fd, line + n, 1) == 1) {
		if (line[n++] != '\n' && n < sizeof line - 1)
			continue;
		line[n] = '\0';
		n = 0;
		answer(fd, line);
	}
	_exit(0);
}

static pid_t
sts_fetch(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	strcpy(a.sun_path, path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 5) == -1)
		exit(1);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		serve(fd);
	close(fd);
	return pid;
}

static void
on_hosts(void *arg, const struct hosts *h, unsigned s)
{
	(void)arg;
	hosts_free(&got);
	got = *h;
	ttl = s;
	times++;
	loop_stop();
}

static void
ask(const char *key, struct sts_answer *sts, int whether)
{
	static const struct hostaddr_policy policy = { .me = "me.example",
		.local = { lookup_none, NULL } };
	const struct hostquery_conf c = { &dns, &policy, 1, 0, whether };

	times = 0;
	hostquery_ask(&c, key, strlen(key), sts, on_hosts, NULL);
	if (times == 0)
		looprun();
	is_num(times, 1, key);
}

static void
listed(unsigned mode, const char *id, unsigned a, unsigned b, const char *name)
{
	is_num(got.sts, mode, name);
	is_str(got.sts_id, id, "its id");
	is_num(got.n, 2, "hosts");
	ok(got.n == 2 && got.item[0].listed == a && got.item[1].listed == b,
	    "which of them are listed");
}

int
main(void)
{
	static char *args[] = { "hostquery", NULL };
	struct sts_answer two = { 0 }, other = { 0 };
	char server[32];
	pid_t name_server, sts;

	prog_init(args);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(address, sizeof address, "unix:%s", path);
	name_server = dnsfake_start(zone, server);
	resolve_server(&dns, server);
	sts = sts_fetch();
	stsask_setup(address, 300);

	ask("two.test", &two, 1);
	listed(STS_ENFORCE, "i1", 1, 0, "a policy in force");
	is_num(ttl, NEXTHOP_STS_TTL_S, "is asked for again in time");
	is_num(got.unsure, 1, "DNSSEC is not there");
	ask("two.test", &other, 0);
	listed(STS_NONE, "", 0, 0, "nobody asks for it");
	is_num(ttl, NEXTHOP_TTL_MAX_S,
	    "for no longer than an answer may be kept");
	ask("none.test", &other, 1);
	is_num(got.n, 1, "a host");
	is_num(got.sts, STS_NONE, "without a policy");
	ask("=a.test:25", &other, 1);
	is_num(ttl, NEXTHOP_TTL_MAX_S, "a host of a rule has none");
	ask("quiet.test", &other, 1);
	is_num(got.n, 1, "no answer holds up nothing for long");
	is_num(ttl, NEXTHOP_TTL_MIN_S, "and is asked for again");
	ask("no.test", &other, 1);
	is_str(got.esc, "5.1.2", "no such domain");

	/* without sts-fetch what it has said holds, until it expires */
	kill(sts, SIGKILL);
	waitpid(sts, NULL, 0);
	ask("two.test", &two, 1);
	listed(STS_ENFORCE, "i1", 1, 0, "the policy that was known");
	is_num(ttl, NEXTHOP_TTL_MIN_S, "for now");
	two.expires_s = clock_wall_s() - 1;
	ask("two.test", &two, 1);
	listed(STS_NONE, "", 0, 0, "one that has expired");
	is_num(two.expires_s, 0, "is forgotten");

	hosts_free(&got);
	sts_answer_free(&two);
	sts_answer_free(&other);
	unlink(path);
	rmdir(dir);
	kill(name_server, SIGTERM);
	return done();
}
