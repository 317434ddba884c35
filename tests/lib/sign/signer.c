#include "base/clock.h"
#include "base/fd.h"
#include "base/loop.h"
#include "chain/listen.h"
#include "format/netstring.h"
#include "sign/signer.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 500 };

static char address[70], path[64], heard[4096];
static int awaited;
static struct signer signer, other;
static struct signer_query query[ROUNDS];

/* a server for one connection: answers each request with the next of what
 * it is given, then ends; "-" answers nothing more until EOF */
static void
serve(int fd, const char *const *answers)
{
	struct buf in = { 0 };
	const char *p;
	size_t n;
	long used;

	for (;;) {
		while ((used = netstring_whole(buf_data(&in), buf_len(&in),
			    SIGNING_REQUEST_MAX, &p, &n)) > 0) {
			if (*answers == NULL)
				_exit(0);
			if (strcmp(*answers, "echo") == 0) {
				struct signing_request r;
				struct buf o = { 0 };
				char t[SIGNING_KEY_MAX + 2];

				signing_get(p, n, &r);
				n = snprintf(t, sizeof t, "K%s", r.key);
				netstring_put(&o, t, n);
				fd_write_all(fd, buf_data(&o), buf_len(&o));
				buf_free(&o);
			} else if (strcmp(*answers, "-") != 0) {
				fd_write_all(fd, *answers, strlen(*answers));
				answers++;
			}
			buf_consume(&in, used);
		}
		buf_reserve(&in, 4096);
		used = read(fd, buf_tail(&in), 4096);
		if (used <= 0)
			_exit(0);
		buf_added(&in, used);
	}
}

/* connections in turn, each with its list of answers */
static pid_t
server(const char *const *const *lists)
{
	int fd = listen_open(address, 0600);
	pid_t pid = fork();

	if (pid == 0) {
		fd_block(fd);
		for (; *lists != NULL; lists++) {
			int c = accept(fd, NULL, NULL);
			pid_t one = fork();

			if (one == 0)
				serve(c, *lists);
			close(c);
			waitpid(one, NULL, 0);
		}
		_exit(0);
	}
	close(fd);
	return pid;
}

static void
end_server(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(path);
}

static void
on_done(void *arg, enum signer_status st, const char *text, size_t n)
{
	size_t at = strlen(heard);

	snprintf(heard + at, sizeof heard - at, "%s%c%.*s ", (char *)arg,
	    st == SIGNER_OK         ? 'K'
		: st == SIGNER_TEMP ? 'Z'
				    : 'D',
	    (int)n, text);
	if (--awaited == 0)
		loop_stop();
}

static void
ask_of(struct signer *s, unsigned i, char *name)
{
	struct signer_query *q = &query[i];

	memset(q, 0, sizeof *q);
	snprintf(q->request.key, sizeof q->request.key, "%s", name);
	q->done = on_done;
	q->arg = name;
	awaited++;
	signer_ask(s, q);
}

static void
ask(unsigned i, char *name)
{
	ask_of(&signer, i, name);
}

static void
is_heard(const char *want, const char *name)
{
	if (awaited > 0)
		loop_run();
	is_str(heard, want, name);
	heard[0] = '\0';
}

#define AWAY "key-sign is not available "

static void
answers(void)
{
	static const char *const good[] = { "4:Kabc,3:Zno,", "6:Dnever,",
		NULL };
	static const char *const *const one[] = { good, NULL };
	pid_t pid;

	signer_setup(&signer, path, NULL);
	pid = server(one);
	ask(0, "a:");
	ask(1, "b:");
	ask(2, "c:");
	/* the first answer is two: that is as good */
	is_heard("a:Kabc b:Zno c:Dnever ", "answers in order");
	signer_close(&signer);
	end_server(pid);
}

static void
ends(void)
{
	static const char *const first[] = { "2:K1,", NULL };
	static const char *const second[] = { "2:K2,", "2:K3,", NULL };
	static const char *const *const two[] = { first, second, NULL };
	static const char *const none[] = { NULL };
	static const char *const *const never[] = { none, none, second, NULL };
	pid_t pid;

	signer_setup(&signer, path, NULL);
	pid = server(two);
	ask(0, "a:");
	ask(1, "b:");
	ask(2, "c:");
	is_heard("a:K1 b:K2 c:K3 ", "what was not answered is asked again");
	signer_close(&signer);
	end_server(pid);
	pid = server(never);
	ask(0, "a:");
	is_heard("a:Z" AWAY, "once, not for ever");
	ask(0, "a:");
	is_heard("a:K2 ", "a later question has its own tries");
	signer_close(&signer);
	end_server(pid);
}

static void
nonsense(void)
{
	static const char *const bad[] = { "5:Kab,", "9:Qabcdefgh,", "1:K,",
		"99999:", "hello" };
	const char *list[2] = { NULL, NULL };
	const char *const *one[2] = { list, NULL };
	size_t i;
	pid_t pid;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (i == 0)
			continue; /* not whole: waits, see silence() */
		list[0] = bad[i];
		signer_setup(&signer, path, NULL);
		pid = server(one);
		ask(0, "a:");
		is_heard("a:Z" AWAY, bad[i]);
		signer_close(&signer);
		end_server(pid);
	}
}

static void
limits(void)
{
	static char longest[SIGNING_ANSWER_MAX + 16],
	    longer[SIGNING_ANSWER_MAX + 16];
	const char *l1[] = { longest, NULL }, *l2[] = { longer, NULL };
	const char *const *s1[] = { l1, NULL }, *const * s2[] = { l2, NULL };
	struct buf b = { 0 };
	char t[SIGNING_ANSWER_MAX + 1];
	pid_t pid;

	memset(t, 'K', sizeof t);
	netstring_put(&b, t, SIGNING_ANSWER_MAX);
	memcpy(longest, buf_data(&b), buf_len(&b));
	buf_clear(&b);
	netstring_put(&b, t, SIGNING_ANSWER_MAX + 1);
	memcpy(longer, buf_data(&b), buf_len(&b));
	buf_free(&b);
	signer_setup(&signer, path, NULL);
	pid = server(s1);
	ask(0, "a:");
	if (awaited > 0)
		loop_run();
	is_num(strlen(heard), SIGNING_ANSWER_MAX - 1 + 4, "the longest answer");
	heard[0] = '\0';
	signer_close(&signer);
	end_server(pid);
	signer_setup(&signer, path, NULL);
	pid = server(s2);
	ask(0, "a:");
	is_heard("a:Z" AWAY, "one byte more");
	signer_close(&signer);
	end_server(pid);
}

static void
cancelled(void)
{
	static const char *const good[] = { "2:K1,", "2:K2,", "2:K3,", NULL };
	static const char *const *const one[] = { good, NULL };
	pid_t pid;

	signer_setup(&signer, path, NULL);
	pid = server(one);
	ask(0, "a:");
	ask(1, "b:");
	ask(2, "c:");
	signer_cancel(&query[0]); /* before it was asked */
	awaited--;
	is_heard("b:K1 c:K2 ", "one that nobody wants is not asked");
	ask(0, "a:");
	ask(1, "b:");
	signer_cancel(&query[0]); /* when it was */
	awaited--;
	end_server(pid);
	signer_close(&signer);
	heard[0] = '\0';
	awaited = 0;
}

static void
away(void)
{
	int64_t start;

	signer_setup(&signer, "/nonexistent/socket", NULL);
	ask(0, "a:");
	is_num(awaited, 1, "nothing comes from within signer_ask()");
	is_heard("a:Z" AWAY, "no socket");
	start = clock_mono_ms();
	ask(0, "a:");
	is_heard("a:Z" AWAY, "nor later");
	ok(clock_mono_ms() - start >= SIGNER_RETRY_MS - 1,
	    "which was not tried at once");
	signer_close(&signer);
}

static void
many(void)
{
	static const char *const echo[] = { "echo", NULL };
	static const char *const *const one[] = { echo, NULL };
	static char names[ROUNDS][16];
	struct buf want = { 0 };
	pid_t pid;
	int i;

	signer_setup(&signer, path, NULL);
	pid = server(one);
	for (i = 0; i < ROUNDS; i++) {
		snprintf(names[i], sizeof names[i], "%d", i);
		ask(i, names[i]);
		if (i % 100 == 0)
			buf_printf(&want, "%d ", i);
	}
	loop_run();
	for (i = 0; i < ROUNDS; i++)
		if (query[i].node != NULL)
			break;
	is_num(i, ROUNDS, "many at once, all answered");
	buf_free(&want);
	heard[0] = '\0';
	signer_close(&signer);
	end_server(pid);
}

/* each has its own server and its own questions */
static void
two(void)
{
	static const char *const good[] = { "2:K1,", "2:K2,", NULL };
	static const char *const *const one[] = { good, NULL };
	pid_t pid;

	signer_setup(&signer, path, NULL);
	signer_setup(&other, "/nonexistent/socket", NULL);
	pid = server(one);
	ask(0, "a:");
	is_heard("a:K1 ", "of the one");
	ask_of(&other, 1, "b:");
	is_heard("b:Z" AWAY, "of the other, which has none");
	ask(0, "a:");
	is_heard("a:K2 ", "the one is as it was");
	signer_close(&other);
	signer_close(&signer);
	end_server(pid);
}

int
main(void)
{
	int null = dup(2);

	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof path, "/tmp/rohrpost-signer.%d", (int)getpid());
	snprintf(address, sizeof address, "unix:%s", path);
	/* its warnings are not of interest here */
	if (freopen("/dev/null", "w", stderr) == NULL || null == -1)
		return 111;
	answers();
	ends();
	nonsense();
	limits();
	cancelled();
	many();
	away();
	two();
	return done();
}
