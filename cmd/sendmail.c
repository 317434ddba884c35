/*
 * sendmail - the command by which every Unix program hands in mail
 */
#include "base/buf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/plain.h"
#include "base/random.h"
#include "base/spawn.h"
#include "conf/hostname.h"
#include "recv/inbound.h"
#include "recv/verifyaddr.h"
#include "sendmail/envelope.h"
#include "sendmail/handin.h"
#include "sendmail/headerrcpts.h"
#include "sendmail/localuser.h"
#include "sendmail/parcelin.h"
#include "sendmail/unixmail.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

enum {
	RECEIPT_MS = 300000,      /* to wait for the receipt */
	LINK_RECEIPT_MS = 240000, /* the same for -bk */
	ROUTE_READ = 4096
};

/* smtp-recv still waits then: what its client is told is refused must not go
 * into the drop */
_Static_assert(LINK_RECEIPT_MS + HANDIN_AGAIN_FOR_MS < INBOUND_RECEIPT_S * 1000,
    "-bk answers smtp-recv in time");

static const char usage[] =
    "sendmail [-it] [-B type] [-C dir] [-e mode] [-F name] [-f from] [-N dsn] "
    "[-R ret] [-V envid] [-bk | -bm | -bp | -bs | -bv | -q[what]] [--] [recipient ...]";

/* how it was called */
static const char *dir, *from_arg, *name_arg, *ret_arg, *envid_arg, *body_arg,
    *retry_arg = "";
static char mode = 'm';
static char odd_mode = 'm'; /* -oe: who is told of them */
static int take_rcpts, keep_dots, verbose, no_input;

static char me[HOSTNAME_MAX + 1];
static char from[ENVELOPE_ADDRESS_ROOM];
static struct localuser caller;
static struct envelope envelope = { .me = me };
static struct unixmail mail;
static struct handin service;

static struct headerrcpts named; /* in the header */

static void
usage_error(const char *what)
{
	warn("%s", what);
	die(EX_USAGE, "usage: %s", usage);
}

static void
have(int r)
{
	if (r == -1)
		die(EX_TEMPFAIL, "out of memory");
}

/*
 * Addresses
 */

static void
too_many(void)
{
	die(EX_DATAERR, "more than %d recipients", ENVELOPE_RCPTS_MAX);
}

/* the caller names them himself: one that is none is his error */
static void
add_argument(const char *p)
{
	const char *bad;
	size_t len;

	switch (envelope_add(&envelope, p, strlen(p), &bad, &len)) {
	case ENVELOPE_OK: break;
	case ENVELOPE_BAD:
		die(EX_DATAERR, "bad address in the arguments: %.*s",
		    headerrcpts_shown(len), bad);
	case ENVELOPE_SIZE: too_many(); break;
	case ENVELOPE_MEMORY: have(-1);
	}
}

/* the sender: -f, or who calls */
static void
find_sender(void)
{
	localuser_read(&caller, me);
	if (name_arg != NULL)
		caller.name = name_arg;
	memcpy(from, caller.from, sizeof from);
	if (from_arg != NULL &&
	    envelope_sender(&envelope, from_arg, from) == -1)
		die(EX_USAGE, "bad sender address: %s", from_arg);
	if (from[0] != '\0')
		memcpy(caller.from, from, sizeof from);
}

/*
 * The message
 */

static void
read_message(void)
{
	const char *tmp = getenv("TMPDIR");

	mail.tmp = tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp;
	switch (unixmail_read(&mail, 0, keep_dots)) {
	case UNIXMAIL_OK: break;
	case UNIXMAIL_READ: die(EX_TEMPFAIL, "unable to read the message: %m");
	case UNIXMAIL_MAKE:
		die(EX_TEMPFAIL, "unable to make a file in %s: %m", mail.tmp);
	case UNIXMAIL_WRITE:
		die(EX_TEMPFAIL, "unable to write in %s: %m", mail.tmp);
	case UNIXMAIL_HEADER:
		die(EX_DATAERR, "the header is larger than %d bytes",
		    HEADER_MAX);
	case UNIXMAIL_LINE:
		die(EX_DATAERR,
		    "a line of the header is larger than "
		    "%d bytes",
		    HEADER_MAX);
	case UNIXMAIL_MEMORY: have(-1);
	}
}

static void
say_odd(const char *p, int n)
{
	if (odd_mode != 'q' && odd_mode != 'e')
		warn("bad address in the header: %.*s", n, p);
}

/* recipients out of the header, for -t */
static void
header_rcpts(void)
{
	named.odd = say_odd;
	switch (headerrcpts_add(&named, &envelope, buf_data(&mail.header),
	    buf_len(&mail.header))) {
	case ENVELOPE_SIZE: too_many(); break;
	case ENVELOPE_MEMORY: have(-1); break;
	default: break;
	}
	if (envelope.n_rcpts > 0)
		return;
	die(EX_DATAERR,
	    named.n_odd > 0 ? "the header names no good recipients"
			    : "the header names no recipients");
}

static void
complete(struct buf *out)
{
	struct localheader s = {
		.me = me, .from = caller.from, .name = caller.name
	};

	if (localuser_stamp(&caller, &s) == -1)
		die(EX_TEMPFAIL, "no random bytes: %m");
	have(localheader_complete(out, buf_data(&mail.header),
	    buf_len(&mail.header), &s));
	have(buf_putc(out, '\n'));
}

/*
 * Options
 */
static void
scan_notify(const char *s)
{
	switch (envelope_notify(&envelope, s)) {
	case ENVELOPE_MEMORY: have(-1); break;
	case ENVELOPE_BAD:
		usage_error("-N takes never, or a list of success, failure, "
			    "delay");
		break;
	default: break;
	}
}

static void
put_envid(struct buf *env)
{
	switch (envelope_envid(env, envid_arg)) {
	case ENVELOPE_OK: break;
	case ENVELOPE_SIZE: usage_error("-V takes 1 to 100 bytes"); break;
	case ENVELOPE_BAD: usage_error("-V takes printable ASCII"); break;
	case ENVELOPE_MEMORY: have(-1);
	}
}

static void
scan_mode(const char *s)
{
	if (s[0] == '\0' || s[1] != '\0' || strchr("mpsvik", s[0]) == NULL)
		usage_error("-b takes m, p, s, v, i or k");
	mode = s[0];
}

/* -o; -odb, -om and the like mean nothing here */
static void
scan_o(const char *s)
{
	if (strcmp(s, "i") == 0)
		keep_dots = 1;
	else if (s[0] == 'e')
		odd_mode = s[1];
}

static void
scan_ret(const char *s)
{
	if (strcasecmp(s, "full") == 0)
		ret_arg = "FULL";
	else if (strcasecmp(s, "hdrs") == 0)
		ret_arg = "HDRS";
	else
		usage_error("-R takes full or hdrs");
}

/* -q, with what it names or without */
static void
scan_retry(const char *s)
{
	mode = 'q';
	retry_arg = s == NULL ? "" : s;
}

static void
option(int c)
{
	switch (c) {
	case 'B': body_arg = optarg; break;
	case 'b': scan_mode(optarg); break;
	case 'C': dir = optarg; break;
	case 'e': odd_mode = optarg[0]; break;
	case 'F': name_arg = optarg; break;
	case 'f':
	case 'r': from_arg = optarg; break;
	case 'I': mode = 'i'; break;
	case 'i': keep_dots = 1; break;
	case 'N': scan_notify(optarg); break;
	case 'o': scan_o(optarg); break;
	case 'q': scan_retry(optarg); break;
	case 'R': scan_ret(optarg); break;
	case 't': take_rcpts = 1; break;
	case 'V': envid_arg = optarg; break;
	case 'v': verbose = 1; break;
	case '?': usage_error("unknown option, or one without its value");
	}
}

static void
options(int argc, char **argv)
{
	/* those that option() does not know mean nothing here */
	static const char known[] =
	    "+A:B:b:C:cd::e:F:f:GgIiL:h:mN:no:O:p:q::R:r:tUV:vX:x";
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, known)) != -1)
		option(c);
	if (body_arg != NULL && strcasecmp(body_arg, "7BIT") != 0 &&
	    strcasecmp(body_arg, "8BITMIME") != 0)
		usage_error("-B takes 7BIT or 8BITMIME");
}

/*
 * Other programs
 */
static char *
join(const char *a, const char *b)
{
	char *s;

	have(asprintf(&s, "%s%s", a, b));
	return s;
}

/* its exit status is one of ours, and the caller knows only sysexits */
static int
sysexit(int status)
{
	switch (status) {
	case EXIT_OK:
	case EXIT_STOP:
	case EXIT_NONE: /* nothing of what -q names waits */ return EX_OK;
	case EXIT_PERM: return mode == 'i' ? EX_CONFIG : EX_UNAVAILABLE;
	}
	return EX_TEMPFAIL;
}

static void
run_beside(char *const argv[])
{
	struct spawn s = {
		.argv = argv, .fd = { 0, 1, 2 }, .parting = SIGTERM, .beside = 1
	};
	pid_t pid;
	int st;

	/* cron would mail what the queue says to be done */
	if (mode == 'q' && !verbose)
		s.fd[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (s.fd[1] == -1)
		s.fd[1] = 1;
	pid = spawn_start(&s);
	if (pid == -1)
		die(EX_TEMPFAIL, "unable to run %s: %m", argv[0]);
	if (spawn_wait(pid, &st) == -1)
		exit(EX_TEMPFAIL);
	exit(sysexit(spawn_status(st)));
}

/* what -q asks for, as queue-ctl(8) names it */
static char *
retry_what(void)
{
	const char *what = retry_arg + 1;

	switch (retry_arg[0]) {
	case 'I': return join("id:", what);
	case 'R':
		return join(strchr(what, '@') == NULL ? "domain:" : "to:",
		    what);
	case 'S': return join("from:", what);
	}
	/* an interval is for a daemon, which runs here anyway */
	return "all";
}

/* who may run this may send */
static void
speak_smtp(char *conf)
{
	char self[4096], *next[] = { self, "-C", (char *)dir, "-bk" };
	char *smtp[] = { "smtp-recv", "-C", conf, NULL, NULL, NULL, NULL,
		NULL };
	ssize_t n;

	if (no_input)
		die(EX_TEMPFAIL, "descriptor 0 is closed");
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (service.chain != NULL)
		have(handin_link(&service, next));
	else if (n <= 0)
		die(EX_TEMPFAIL, "unable to find this program: %m");
	else
		self[n] = '\0';
	memcpy(smtp + 3, next, sizeof next);
	if (setenv("RELAYCLIENT", "", 1) == -1 ||
	    setenv("TCPREMOTEIP", "127.0.0.1", 1) == -1 ||
	    setenv("PROTO", "TCP", 1) == -1)
		have(-1);
	run_beside(smtp);
}

static void
run_other(void)
{
	char *conf = join(dir, "/conf"), *queue = join(dir, "/queue");
	char *list[] = { "queue-list", queue, NULL };
	char *build[] = { "conf-build", conf, NULL };
	char *flush[] = { "queue-ctl", queue, "retry", NULL, NULL };

	if (mode == 'p')
		run_beside(list);
	if (mode == 'i')
		run_beside(build);
	if (mode == 's')
		speak_smtp(conf);
	flush[3] = retry_what();
	run_beside(flush);
}

/*
 * Handing over
 */
static void
make_envelope(struct buf *env)
{
	have(parcel_put(env, "from", from, strlen(from)));
	have(buf_puts(env, "proto local\n"));
	have(buf_printf(env, "uid %lu\n", (unsigned long)getuid()));
	if (ret_arg != NULL)
		have(parcel_puts(env, "ret", ret_arg));
	if (envid_arg != NULL)
		put_envid(env);
	if (mail.eight_bit || (body_arg != NULL && body_arg[0] == '8'))
		have(buf_puts(env, "body 8bit\n"));
	if (envelope.utf8)
		have(buf_puts(env, "smtputf8 1\n"));
	have(envelope_rcpts(&envelope, env));
}

/* 0, or -1: service.trouble says why not */
static int
deliver(const struct handin_parcel *p)
{
	if (handin(&service, p) == -1)
		return -1;
	if (!verbose)
		return 0;
	if (service.dropped[0] != '\0')
		info("left in %s/drop: %s", dir, service.trouble);
	else
		info("queued as %.*s", (int)service.receipt.len,
		    service.receipt.text);
	return 0;
}

static void
hand_over(void)
{
	struct handin_parcel p = { .rest = &mail.body };
	struct buf env = { 0 };

	complete(&p.head);
	make_envelope(&env);
	have(parcel_head(&p.out, &env,
	    buf_len(&p.head) + spool_len(&mail.body)));
	have(buf_putc(&mail.body.text, ','));
	if (deliver(&p) == -1)
		die(service.refused ? EX_UNAVAILABLE : EX_TEMPFAIL, "%s",
		    service.trouble);
}

/*
 * As the last link of a chain (-bk): smtp-recv's, for -bs
 */

static void
take_parcels(void)
{
	const char *tmp = getenv("TMPDIR");
	struct spool whole;
	struct handin_parcel p = { .rest = &whole };
	struct buf out = { 0 };
	int r, taken;

	if (tmp == NULL || tmp[0] == '\0')
		tmp = "/tmp";
	for (;;) {
		spool_init(&whole);
		r = parcelin_read(&whole, 0, DROP_SIZE_MAX, tmp);
		if (r != 1)
			exit(r == 0 ? EX_OK : EX_TEMPFAIL);
		taken = deliver(&p);
		if (taken == -1)
			warn("%s", service.trouble);
		buf_clear(&out);
		have(handin_answer(&service, taken, &out));
		if (fd_write_all(1, buf_data(&out), buf_len(&out)) == -1)
			die(EX_TEMPFAIL, "unable to write: %m");
		spool_free(&whole);
	}
}

/*
 * The odd ones
 */
static void
odd_report(struct handin_parcel *p)
{
	struct returned r = { .d = { .action = DSN_FAILED,
				  .me = me,
				  .to = from,
				  .utf8 = envelope.utf8,
				  .now = time(NULL) } };
	char name[RETURNED_NAME_LEN + 1];
	struct buf env = { 0 };

	if (random_hex(name, RETURNED_NAME_LEN) == -1)
		die(EX_DATAERR, "no random bytes: %m");
	returned_name(&r, name);
	have(headerrcpts_report(&named, &r, buf_data(&mail.header),
	    buf_len(&mail.header), &env, &p->head));
	have(buf_printf(&env, "uid %lu\n", (unsigned long)getuid()));
	have(parcel_head(&p->out, &env, buf_len(&p->head)));
	have(buf_putc(&p->head, ','));
}

/*
 * The others have the message: to send it again would be wrong, so whatever
 * fails from now on is not temporary.
 */
static int
tell_odd(void)
{
	struct handin_parcel p = { .rest = NULL };

	if (named.n_odd == 0)
		return EX_OK;
	/* he wants no mail, or there is nobody to send it to */
	if (odd_mode == 'p' || odd_mode == 'q' || odd_mode == 'w' ||
	    from[0] == '\0')
		return EX_DATAERR;
	odd_report(&p);
	if (deliver(&p) == 0)
		return EX_OK;
	warn("no report of bad addresses: %s", service.trouble);
	return EX_DATAERR;
}

/*
 * What would become of it (-bv)
 */

/* route -n, and what it prints */
static enum verifyaddr
ask_route(char *conf, char *address)
{
	char *argv[] = { "route", "-n", conf, address, NULL };
	struct buf out = { 0 };
	struct spawn s = { .argv = argv, .fd = { 0, -1, 2 }, .beside = 1 };
	int p[2];
	pid_t pid;
	ssize_t n;

	if (fd_pipe(p) == -1)
		die(EX_TEMPFAIL, "unable to run route: %m");
	s.fd[1] = p[1];
	pid = spawn_start(&s);
	if (pid == -1)
		die(EX_TEMPFAIL, "unable to run route: %m");
	close(p[1]);
	do {
		have(buf_reserve(&out, ROUTE_READ));
		n = fd_read_all(p[0], buf_tail(&out), ROUTE_READ);
		buf_added(&out, n > 0 ? n : 0);
	} while (n > 0);
	close(p[0]);
	spawn_wait(pid, NULL);
	if (plain_write(1, buf_data(&out), buf_len(&out)) == -1)
		die(EX_TEMPFAIL, "unable to write: %m");
	return verifyaddr_said(buf_data(&out), buf_len(&out));
}

static enum verifyaddr
verify(char *conf, char *address)
{
	static struct buf text;
	const char *why = "";
	enum verifyaddr r = verifyaddr_ask(address, &why);

	if (r == VERIFYADDR_GOES)
		r = ask_route(conf, address);
	buf_clear(&text);
	have(buf_printf(&text, "%s... %s%s%s\n", address,
	    r == VERIFYADDR_GOES        ? "deliverable"
		: r == VERIFYADDR_NEVER ? "undeliverable"
					: "not now",
	    why[0] == '\0' ? "" : ": ", why));
	if (plain_write(1, buf_data(&text), buf_len(&text)) == -1)
		die(EX_TEMPFAIL, "unable to write: %m");
	return r;
}

static int
verify_all(char *conf)
{
	char *p = buf_data(&envelope.rcpts);
	int never = 0, later = 0;
	size_t i;

	verifyaddr_open(conf, join(dir, "/mail"), me);
	for (i = 0; i < envelope.n_rcpts; i++, p += strlen(p) + 1) {
		switch (verify(conf, p)) {
		case VERIFYADDR_GOES: break;
		case VERIFYADDR_NEVER: never = 1; break;
		case VERIFYADDR_LATER: later = 1;
		}
	}
	return never ? EX_NOUSER : later ? EX_TEMPFAIL : EX_OK;
}

/* the instance, or a chain of the caller's own */
static void
find_service(void)
{
	service.dir = dir;
	service.chain = getenv("ROHRPOST_INJECT");
	if (service.chain != NULL && service.chain[0] == '\0')
		service.chain = NULL;
	service.receipt_ms = mode == 'k' ? LINK_RECEIPT_MS : RECEIPT_MS;
}

/* callers may have closed what we do not need; what is opened later must
 * not take its number */
static void
descriptors(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		no_input |= fd == 0;
		if (open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
			_exit(EX_TEMPFAIL);
	}
}

/* which instance, and what is wanted, as far as the name says it */
static void
called_as(void)
{
	dir = getenv("ROHRPOST_DIR");
	if (dir == NULL || dir[0] == '\0')
		dir = ROHRPOST_DIR;
	if (strcmp(prog_name, "mailq") == 0)
		mode = 'p';
	else if (strcmp(prog_name, "newaliases") == 0)
		mode = 'i';
}

/* a chain of the caller's own needs no instance */
static void
read_name(const char *conf)
{
	if (hostname_read(conf, me) == -1 &&
	    (getenv("ROHRPOST_INJECT") == NULL ||
		hostname_read(NULL, me) == -1))
		die(EX_TEMPFAIL, "unable to read %s/me: %m", conf);
}

int
main(int argc, char **argv)
{
	char *conf;

	descriptors();
	prog_init(argv);
	called_as();
	options(argc, argv);
	find_service();
	if (mode == 'k')
		take_parcels();
	if (mode != 'm' && mode != 'v')
		run_other();
	if (no_input && mode != 'v')
		die(EX_TEMPFAIL, "descriptor 0 is closed");
	conf = join(dir, "/conf");
	read_name(conf);
	find_sender();
	for (; optind < argc; optind++)
		add_argument(argv[optind]);
	if (envelope.n_rcpts == 0 && !take_rcpts)
		usage_error("no recipients");
	if (mode == 'v')
		return verify_all(conf);
	read_message();
	if (take_rcpts)
		header_rcpts();
	hand_over();
	return tell_odd();
}
