/*
 * Whole SMTP sessions over a socketpair: recv/inbound and recv/session with
 * a chain behind them, which is this program again.  Every script is sent
 * at once and byte by byte.
 */
#include "base/die.h"
#include "base/fd.h"
#include "recv/inbound.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-inbound.XXXXXX", path[64];
static char *self;

/* the chain: answers each parcel with the text, keeps it in a file */

static int
chain(const char *receipt, const char *file)
{
	static char parcel[1 << 20];
	FILE *in = stdin, *f = fopen(file, "a");
	struct buf b = { 0 };
	size_t len;
	int c;

	alarm(20);
	while (f != NULL && (c = getc(in)) != EOF) {
		for (len = 0; c >= '0' && c <= '9'; c = getc(in))
			len = 10 * len + (c - '0');
		if (len >= sizeof parcel ||
		    fread(parcel, 1, len + 1, in) != len + 1 ||
		    fwrite(parcel, 1, len, f) != len || fflush(f) != 0)
			return 111;
		if (*receipt == '\0')
			return 111;
		buf_clear(&b);
		receipt_put(&b, receipt[0], receipt + 1);
		if (fd_write_all(1, buf_data(&b), buf_len(&b)) == -1)
			return 111;
	}
	return 0;
}

/* the server */

struct way {
	const char *receipt; /* of the chain, "": it dies */
	const char *suffix;  /* RELAYCLIENT, NULL: may not relay */
	size_t memory_max;
	unsigned rcpt_max, errors_max, mail_max, command_s;
	uint64_t size_max;
};

static const struct way usual = { "Kid", "", 1 << 20, 10, 5, 0, 20, 65536 };

static int
serve(int fd, const struct way *w)
{
	char *argv[] = { self, (char *)w->receipt, path, NULL };
	struct inbound_client c = { "192.0.2.1", "client.example", w->suffix,
		25, 0, 0 };
	struct inbound *in = calloc(1, sizeof *in);

	alarm(20);
	in->config.size_max = w->size_max;
	in->config.rcpt_max = w->rcpt_max;
	in->config.errors_max = w->errors_max;
	in->config.mail_max = w->mail_max;
	in->limits = (struct inbound_limits){ 10, 10, 10, w->command_s, 20, 0 };
	in->store.share.pool[SHARE_MEMORY].max = w->memory_max;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	if (smtpin_config_init(&in->config, "me.example") == -1)
		return 111;
	handover_init(&in->next, argv, 1);
	access_open(&in->access, dir, in->config.host, NULL,
	    0); /* there are none */
	fd_nonblock(fd);
	if (inbound_single(in, fd, fd, &c) == -1)
		return 111;
	if (in->n_sessions > 0)
		loop_run();
	return 0;
}

/* the codes of all replies, a blank between */
static const char *
codes(const char *text)
{
	static char t[1024];
	const char *e;
	size_t n = 0;

	for (; *text != '\0'; text = *e == '\0' ? e : e + 1) {
		e = strchrnul(text, '\n');
		if (e - text > 4 && text[3] == ' ' && n < sizeof t - 8)
			n += snprintf(t + n, sizeof t - n, "%s%.3s",
			    n > 0 ? " " : "", text);
	}
	t[n] = '\0';
	return t;
}

/* what the server says to a script in pieces of this size */
static const char *
talk(const struct way *w, const char *script, size_t n, size_t piece)
{
	static char got[65536];
	size_t at, k;
	ssize_t r;
	int s[2], st;
	pid_t pid;

	unlink(path);
	fflush(stdout);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == -1)
		return "";
	pid = fork();
	if (pid == 0) {
		close(s[0]);
		_exit(serve(s[1], w));
	}
	close(s[1]);
	for (at = 0; at < n; at += k) {
		k = n - at < piece ? n - at : piece;
		if (fd_write_all(s[0], script + at, k) == -1)
			break; /* it has hung up */
	}
	if (w->command_s > 1)
		shutdown(s[0], SHUT_WR);
	r = fd_read_all(s[0], got, sizeof got - 1);
	got[r < 0 ? 0 : r] = '\0';
	close(s[0]);
	waitpid(pid, &st, 0);
	if (!WIFEXITED(st) || WEXITSTATUS(st) != 0)
		return "the server has died";
	return got;
}

/* parcels that came: their number, and the last of them */
static const char *
parcels(void)
{
	static char t[65536];
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(t, 1, sizeof t - 1, f);

	if (f != NULL)
		fclose(f);
	t[n] = '\0';
	return t;
}

#define HELO "EHLO c.example\r\n"
#define MAIL "MAIL FROM:<a@b.example>\r\n"
#define RCPT "RCPT TO:<c@d.example>\r\n"
#define DATA "DATA\r\nSubject: x\r\n\r\n..body\r\n.\r\n"
#define QUIT "QUIT\r\n"

static void
both(const struct way *w, const char *script, size_t n, const char *want,
    int comes, const char *name)
{
	size_t piece[] = { n, 1 }, i;

	for (i = 0; i < 2; i++) {
		is_str(codes(talk(w, script, n, piece[i])), want, name);
		is_num(*parcels() != '\0', comes, "a parcel");
	}
}

static void
sessions(void)
{
	static const struct {
		const char *name, *receipt, *suffix, *script, *want;
		int comes;
	} t[] = {
		{ "a message", "Kid", "", HELO MAIL RCPT DATA QUIT,
		    "220 250 250 250 354 250 221", 1 },
		{ "two of them", "Kid", "",
		    HELO MAIL RCPT DATA MAIL RCPT RCPT DATA QUIT,
		    "220 250 250 250 354 250 250 250 250 354 250 221", 1 },
		{ "in chunks", "Kid", "",
		    HELO MAIL RCPT "BDAT 12\r\nSubject: x\r\n"
				   "BDAT 6 LAST\r\n\r\nhi\r\n" QUIT,
		    "220 250 250 250 250 250 221", 1 },
		{ "the second refused", "Kid", "",
		    HELO MAIL RCPT "BDAT 6\r\na: b\r\nBDAT 4\r\nx\ny\n"
				   "BDAT 6 LAST\r\nQUIT\r\n" MAIL QUIT,
		    "220 250 250 250 250 554 503 250 221", 0 },
		{ "temporary", "Z4.3.1 full", "", HELO MAIL RCPT DATA QUIT,
		    "220 250 250 250 354 451 221", 1 },
		{ "refused", "D5.7.1 no", "", HELO MAIL RCPT DATA QUIT,
		    "220 250 250 250 354 554 221", 1 },
		{ "the chain dies", "", "", HELO MAIL RCPT DATA QUIT,
		    "220 250 250 250 354 451 221", 1 },
		{ "may not relay", "Kid", NULL, HELO MAIL RCPT DATA QUIT,
		    "220 250 250 550 554 500 500 421", 0 },
		{ "reset", "Kid", "", HELO MAIL RCPT "RSET\r\n" RCPT QUIT,
		    "220 250 250 250 250 503 221", 0 },
		{ "gone before the dot", "Kid", "",
		    HELO MAIL RCPT "DATA\r\nbody\r\n", "220 250 250 250 354",
		    0 },
		{ "gone in the dot", "Kid", "",
		    HELO MAIL RCPT "DATA\r\nbody\r\n.\r", "220 250 250 250 354",
		    0 },
		{ "gone at once", "Kid", "", "", "220", 0 },
	};
	struct way w = usual;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		w.receipt = t[i].receipt;
		w.suffix = t[i].suffix;
		both(&w, t[i].script, strlen(t[i].script), t[i].want,
		    t[i].comes, t[i].name);
	}
	/* what goes down */
	w = usual;
	w.suffix = "@ten";
	talk(&w, HELO MAIL RCPT DATA QUIT, strlen(HELO MAIL RCPT DATA QUIT),
	    9999);
	is_num(strncmp(parcels(), "from a@b.example\nto c@d.example@ten\n", 36),
	    0, "envelope, with the suffix");
	ok(strstr(parcels(), "\nclient 192.0.2.1\n") != NULL, "client");
	ok(strstr(parcels(), "\nclient-name client.example\n") != NULL,
	    "its name");
	ok(strstr(parcels(), "\nhelo c.example\n") != NULL, "HELO");
	ok(strstr(parcels(), "\n\nReceived: from c.example (") != NULL,
	    "Received");
	ok(strstr(parcels(), "\nSubject: x\n\n.body\n") != NULL,
	    "message, decoded");
}

/* who may relay is not served as one who may not */
static void
no_memory(void)
{
	const size_t n = 64 << 20;
	struct inbound_client c = { .ip = "192.0.2.1" };
	struct rlimit none = { 0, 0 };
	char *suffix = malloc(n + 1);
	int s[2], st = 0;

	memset(suffix, 'x', n);
	suffix[n] = '\0';
	c.suffix = suffix;
	fflush(stdout);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == -1)
		abort();
	if (fork() == 0) {
		static struct inbound one;

		smtpin_config_init(&one.config, "me.example");
		setrlimit(RLIMIT_AS, &none);
		_exit(inbound_single(&one, s[1], s[1], &c) == 0);
	}
	wait(&st);
	is_num(st, 0, "no memory for RELAYCLIENT: not begun");
	close(s[0]);
	close(s[1]);
	free(suffix);
}

static void
script(struct buf *b, unsigned hops, size_t bytes)
{
	buf_clear(b);
	buf_puts(b, HELO MAIL RCPT "DATA\r\n");
	for (; hops > 0; hops--)
		buf_puts(b, "Received: x\r\n");
	buf_puts(b, "\r\n");
	for (; bytes > 70; bytes -= 70)
		buf_printf(b, "%068d\r\n", 0);
	buf_printf(b, "%0*d\r\n.\r\n" QUIT, (int)bytes - 2, 0);
}

static void
limits(void)
{
	struct way w = usual;
	struct buf b = { 0 };
	unsigned n;

	for (n = INBOUND_HOPS_MAX; n <= INBOUND_HOPS_MAX + 1; n++) {
		script(&b, n, 10);
		both(&w, buf_data(&b), buf_len(&b),
		    n == INBOUND_HOPS_MAX ? "220 250 250 250 354 250 221"
					  : "220 250 250 250 354 554 221",
		    n == INBOUND_HOPS_MAX, "hops");
	}
	w.size_max = 1002;
	for (n = 1000; n <= 1001; n++) {
		script(&b, 0, n);
		both(&w, buf_data(&b), buf_len(&b),
		    n == 1000 ? "220 250 250 250 354 250 221"
			      : "220 250 250 250 354 552 221",
		    n == 1000, "size");
	}
	w = usual;
	w.rcpt_max = 1;
	both(&w, HELO MAIL RCPT RCPT QUIT, strlen(HELO MAIL RCPT RCPT QUIT),
	    "220 250 250 250 452 221", 0, "recipients");
	w = usual;
	w.mail_max = 1;
	both(&w, HELO MAIL RCPT DATA MAIL, strlen(HELO MAIL RCPT DATA MAIL),
	    "220 250 250 250 354 250 421", 1, "messages of a session");
	w = usual;
	w.memory_max = 1;
	both(&w, HELO MAIL QUIT, strlen(HELO MAIL QUIT), "220 250 452 221", 0,
	    "no memory for it");
	/* no memory for what is pipelined behind a dot: the message's receipt
	 * is told, and then why it ends */
	w = usual;
	w.memory_max = 2500;
	buf_clear(&b);
	buf_puts(&b, HELO MAIL RCPT DATA);
	for (n = 0; n < 1000; n++)
		buf_puts(&b, "NOOP\r\n");
	is_str(codes(talk(&w, buf_data(&b), buf_len(&b), buf_len(&b))),
	    "220 250 250 250 354 250 421", "no memory behind a dot");
	is_num(*parcels() != '\0', 1, "the message has come");
	w = usual;
	w.command_s = 1;
	is_str(codes(talk(&w, HELO, strlen(HELO), 99)), "220 250 421",
	    "silence");
	buf_free(&b);
}

int
main(int argc, char **args)
{
	if (argc > 2)
		return chain(args[1], args[2]);
	prog_init(args);
	self = realpath(args[0], NULL);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/parcels", dir);
	sessions();
	limits();
#if !defined(__SANITIZE_ADDRESS__)
	no_memory();
#endif
	unlink(path);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
