/* a policy server on descriptors 0 and 1 of a child of this test */
#include "policy/policyserver.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/loop.h"
#include "base/spawn.h"
#include "tap.h"
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* "later" is answered when a second one has come, behind which it stood */
static struct policyrequest *later;
static unsigned n_forgotten;

static void
asked(struct policyrequest *r, void *arg)
{
	struct slice v = policyrequest_get(r, "sender");
	char t[100];

	(void)arg;
	if (policyrequest_is(r, "sender", "LATER") && later == NULL) {
		later = r;
		return;
	}
	snprintf(t, sizeof t, "%.*s", (int)v.n, v.p);
	policyrequest_answer(r, "REJECT", t);
	if (later != NULL)
		policyrequest_answer(later, "DUNNO", "");
	later = NULL;
}

static void
forget(struct policyrequest *r)
{
	(void)r;
	n_forgotten++;
}

static const struct policyserver_ops ops = { 8, asked, forget };

static int to;
static pid_t child;

static void
begin(void)
{
	struct policyserver s = { .ops = &ops };
	int p[2];

	needs(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(p[1], 0);
		dup2(p[1], 1);
		close(p[0]);
		close(p[1]);
		_exit(policyserver_run(&s) == 0 && n_forgotten > 0 ? EXIT_OK
			: s.status == 0                            ? 7
								   : s.status);
	}
	close(p[1]);
	to = p[0];
}

/* what it says to this, until it has said n bytes or has ended */
static const char *
say(const char *text, int slowly, size_t n)
{
	static char t[65536];
	struct pollfd p = { to, POLLIN, 0 };
	size_t have = 0, i;
	ssize_t r = 1;

	for (i = 0; slowly && text[i] != '\0'; i++)
		if (fd_write_all(to, text + i, 1) == -1)
			break;
	if (!slowly)
		fd_write_all(to, text, strlen(text));
	while (have < n && r > 0 && poll(&p, 1, 10000) == 1) {
		r = read(to, t + have, n - have);
		have += r > 0 ? (size_t)r : 0;
	}
	t[have] = '\0';
	return t;
}

/* the end of the input; its status */
static int
end(const char *rest)
{
	int status = 0;

	shutdown(to, SHUT_WR);
	is_str(say("", 0, 100), rest, "all is answered before it ends");
	close(to);
	spawn_wait(child, &status);
	return spawn_status(status);
}

static const char one[] = "request=x\nsender=a@b\n\n",
		  answer[] = "action=REJECT a@b\n\n",
		  put_off[] = "sender=later\nx=\n\n";

static void
test_requests(int slowly)
{
	char t[200];

	begin();
	is_str(say(one, slowly, strlen(answer)), answer, "an answer");
	fd_write_all(to, put_off, strlen(put_off));
	is_str(say(one, slowly, 14 + strlen(answer)),
	    "action=DUNNO\n\naction=REJECT a@b\n\n", "in their order");
	snprintf(t, sizeof t, "x=1\nsender=a\tb\n\n%s", one);
	is_str(say(t, slowly, 38), "action=REJECT a?b\n\naction=REJECT a@b\n\n",
	    "two at once, and no control characters");
	is_num(end(""), EXIT_OK, "the end");
}

static void
test_bad(void)
{
	static char large[POLICYTEXT_REQUEST_MAX + 10];

	begin();
	is_str(say("what\n\n", 0, 1), "", "what is no request");
	is_num(end(""), EXIT_PERM, "is the end");
	begin();
	memset(large, 'x', sizeof large - 1);
	large[1] = '=';
	memcpy(large + POLICYTEXT_REQUEST_MAX - 3, "\n\n", 3);
	is_str(say(large, 0, 15), "action=REJECT\n\n",
	    "a request as long as may be");
	memset(large + POLICYTEXT_REQUEST_MAX - 3, 'x', 10);
	is_str(say(large, 0, 1), "", "a longer one");
	is_num(end(""), EXIT_PERM, "is the end");
}

static void
test_many(void)
{
	struct buf b = { 0 };
	unsigned i, n = 0;
	const char *p;

	begin();
	buf_puts(&b, put_off);
	for (i = 0; i < 2 * POLICYSERVER_OPEN_MAX; i++)
		buf_puts(&b, one);
	buf_putc(&b, '\0');
	for (p = say(buf_data(&b), 0, 14 + 2 * POLICYSERVER_OPEN_MAX * 19);
	     (p = strstr(p, answer)) != NULL; p++)
		n++;
	is_num(n, 2 * POLICYSERVER_OPEN_MAX, "more than it takes at once");
	buf_free(&b);
	is_num(end(""), EXIT_OK, "the end");
}

int
main(int argc, char **argv)
{
	(void)argc;
	prog_init(argv);
	test_requests(0);
	test_requests(1);
	test_bad();
	test_many();
	return done();
}
