#include "base/clock.h"
#include "local/shellcommand.h"
#include "tap.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/rohrpost-program.XXXXXX", big[ERRLOG_KEPT_MAX + 2];
static const struct spawn_env env[] = { { "PATH", "/usr/bin:/bin" },
	{ "WORD", "it's \"this\"" } };
static struct shellcommand one;
static int ended, got;
static uint64_t len = 7;

static void
on_done(struct shellcommand *p, int status)
{
	(void)p;
	ended++;
	got = status;
	loop_stop();
}

/* the exit status, and what it said is in one.says.log.kept */
static int
run(const char *command, int64_t timeout_ms)
{
	struct shellcommand_run r = { .command = command,
		.name = "command",
		.env = env,
		.n_env = 2,
		.path = path,
		.off = 3,
		.len = len,
		.before = "X: y\n",
		.before_len = 5,
		.timeout_ms = timeout_ms };

	ended = 0;
	got = -2;
	one.done = on_done;
	if (shellcommand_start(&one, &r) == -1)
		return -3;
	loop_run();
	memcpy(big, one.says.log.kept, one.says.log.kept_len);
	big[one.says.log.kept_len] = '\0';
	return got;
}

static const struct {
	int code;
	enum shellcommand_verdict verdict;
	const char *esc;
} codes[] = {
	{ 0, SHELLCOMMAND_SENT, "2.0.0" },
	{ 99, SHELLCOMMAND_SENT, "2.0.0" },
	{ 100, SHELLCOMMAND_PERM, "5.3.0" },
	{ 112, SHELLCOMMAND_PERM, "5.3.0" },
	{ 65, SHELLCOMMAND_PERM, "5.6.0" },
	{ 67, SHELLCOMMAND_PERM, "5.1.1" },
	{ 68, SHELLCOMMAND_PERM, "5.1.2" },
	{ 77, SHELLCOMMAND_PERM, "5.7.0" },
};

int
main(void)
{
	int64_t began = clock_mono_ms();
	enum shellcommand_verdict v, want;
	const char *esc;
	size_t k;
	int i, bad = 0, fd;

	/* as prog_init() does: commands need not read what they get */
	signal(SIGPIPE, SIG_IGN);

	for (i = 0; i < 256; i++) {
		want = SHELLCOMMAND_TEMP;
		for (k = 0; k < sizeof codes / sizeof *codes; k++)
			if (codes[k].code == i)
				break;
		if (k < sizeof codes / sizeof *codes)
			want = codes[k].verdict;
		v = shellcommand_verdict(i << 8, &esc);
		bad += v != want ||
		    strcmp(esc,
			want == SHELLCOMMAND_TEMP ? "4.3.0" : codes[k].esc) !=
			0;
	}
	is_num(bad, 0, "every exit status");
	is_num(shellcommand_verdict(SIGKILL, &esc), SHELLCOMMAND_TEMP,
	    "a signal");
	is_num(shellcommand_verdict(SHELLCOMMAND_TIMED_OUT, &esc),
	    SHELLCOMMAND_TEMP, "timed out");
	fd = mkstemp(path);
	if (fd == -1 || write(fd, "123message", 10) != 10)
		return 111;
	is_num(run("cat", 5000), 0, "runs");
	is_str(big, "X: y\nmessage", "reads the message");
	is_num(run("echo out; echo err >&2; exit 3", 5000), 3 << 8, "status");
	is_str(big, "out\nerr\n", "both descriptors are heard");
	is_num(run("echo \"$WORD$HOME\"", 5000), 0, "environment");
	is_str(big, "it's \"this\"\n", "that and no other");
	is_num(run("head -c 1000 /dev/zero | tr '\\0' x", 5000), 0,
	    "says much");
	is_num(strlen(big), ERRLOG_KEPT_MAX, "as much as is kept");
	is_num(
	    run("head -c 100001 /dev/zero | tr '\\0' x; echo end >&2; exit 5",
		5000),
	    5 << 8, "says more and ends");
	is_num(strlen(big), ERRLOG_KEPT_MAX, "kept up to the limit");
	is_num(run("kill -TERM $$", 5000), SIGTERM, "a signal");
	is_num(run("sleep 30 & sleep 30", 200), SHELLCOMMAND_TIMED_OUT,
	    "time limit");
	is_num(run("sleep 3 & exit 0", 5000), 0,
	    "who holds its output is not waited for");
	ok(clock_mono_ms() - began < 10000, "nothing waits");
	is_num(run("read x; exit 0", 5000), 0, "need not read all");
	len = 8;
	is_num(run("cat >/dev/null; exit 0", 5000), SIGKILL,
	    "a message cut short is not handed over as whole");
	len = 0;
	is_num(run("wc -c", 5000), 0, "no message");
	is_str(big, "5\n", "only what comes before");
	unlink(path);
	is_num(run("true", 5000), -3, "no file");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
	return done();
}
