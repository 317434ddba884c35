/* parcels of programs of this machine: what they may say, what is refused */
#include "base/die.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "recv/submitin.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* the chain: keeps what comes, answers each parcel with $ANSWER */
static char script[] =
    "while n=$(dd bs=1 count=3 2>/dev/null | tr -d :) && [ -n \"$n\" ]; do"
    "  dd bs=1 count=$((n + 1)) 2>/dev/null >>$OUT; printf '5:Kid%d,' $n;"
    "done";
static char *chain[] = { "sh", "-c", script, NULL };
static char *nothing[] = { "/nonexistent/command", NULL };
static char dir[] = "/tmp/rohrpost-submitin.XXXXXX", path[64], out[64];
static struct inbound in;
static struct submitin submit;
static struct loop_timer timer;
static pid_t client;

static void
on_timer(void *arg)
{
	int st;

	(void)arg;
	if (waitpid(client, &st, WNOHANG) == client)
		loop_stop();
	else
		loop_timer_set(&timer, 5, on_timer, NULL);
}

static char *
contents(const char *name)
{
	static char t[4096];
	FILE *f = fopen(name, "r");
	size_t n = f == NULL ? 0 : fread(t, 1, sizeof t - 1, f);

	if (f != NULL)
		fclose(f);
	unlink(name);
	t[n] = '\0';
	return t;
}

/* in the child: what the server says goes to the file `said` */
static int
speak(const char *p, size_t n, size_t piece)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char got[4096], name[80];
	ssize_t r;
	size_t k;
	FILE *f;

	alarm(20);
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == -1)
		return 111;
	for (; n > 0; p += k, n -= k) {
		k = n < piece ? n : piece;
		if (send(fd, p, k, MSG_NOSIGNAL) == -1)
			break;
	}
	shutdown(fd, SHUT_WR);
	r = fd_read_all(fd, got, sizeof got);
	snprintf(name, sizeof name, "%s/said", dir);
	f = fopen(name, "w");
	fwrite(got, 1, r < 0 ? 0 : (size_t)r, f);
	return fclose(f);
}

static void
talk(const char *p, size_t piece, const char *said, const char *came)
{
	char name[80];

	fflush(stdout);
	client = fork();
	if (client == 0)
		_exit(speak(p, strlen(p), piece));
	loop_timer_set(&timer, 5, on_timer, NULL);
	loop_run();
	snprintf(name, sizeof name, "%s/said", dir);
	is_str(contents(name), said, p);
	is_str(contents(out), came, "what goes down");
}

#define ONE "46:from a@b\nto c@d\norigin outside\nuid 7\n\nA: b\n\nx\n,"

static const struct {
	const char *in, *said, *came;
} cases[] = {
	{ "12:from\nto c@d\n\n,", "", "" },
	{ "x", "", "" },
	{ "15:from\n", "", "" },
	{ "15:from\nto c@d\n\nx;", "", "" },
	{ "13:from\nto c@d\n,", "", "" },
	{ "7:from\\\n\n,", "39:D5.6.0 bad envelope line: from\\: no key,", "" },
};

int
main(void)
{
	static char *args[] = { "submitin", NULL };
	char down[256], address[80];
	size_t i, k;
	int fd;

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(out, sizeof out, "%s/out", dir);
	setenv("OUT", out, 1);
	snprintf(address, sizeof address, "unix:%s", path);
	in.store.dir = dir;
	in.store.share.pool[SHARE_MEMORY].max = 8 << 20;
	in.limits.parcels_max = 10;
	handover_init(&in.next, chain, 1);
	fd = listen_open(address, 0600);
	submitin_listen(&submit, &in, fd);
	snprintf(down, sizeof down,
	    "from a@b\nto c@d\nuid 7\norigin inside\n\nA: b\n\nx\n,");
	for (k = 1; k < 100; k += 98) {
		char both[300], twice[600];
		size_t n = strlen(down) - 1;

		/* the chain reads three bytes for the length */
		snprintf(both, sizeof both, "5:Kid%zu,", n);
		is_num(n > 9 && n < 100, 1, "two digits");
		talk(ONE, k, both, down);
		snprintf(both, sizeof both, "5:Kid%zu,5:Kid%zu,", n, n);
		snprintf(twice, sizeof twice, "%s%s", down, down);
		talk(ONE ONE, k, both, twice);
		for (i = 0; i < sizeof cases / sizeof *cases; i++)
			talk(cases[i].in, k, cases[i].said, cases[i].came);
	}
	in.limits.parcels_max = 0;
	talk(ONE, 99, "44:Z4.3.1 no room for this now, try again later,", "");
	in.limits.parcels_max = 10;
	handover_reset(&in.next);
	handover_init(&in.next, nothing, 1);
	talk(ONE, 99, "50:Z4.3.0 the queue is not available, try again later,",
	    "");
	is_num(submit.n_conns, 0, "all are closed");
	is_num(in.store.share.pool[SHARE_MEMORY].used, 0,
	    "memory is given back");
	submitin_stop(&submit);
	unlink(path);
	rmdir(dir);
	return done();
}
