/*
 * sendmail - the command by which every Unix program hands in mail
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/me.h"
#include "base/spawn.h"
#include "mail/address.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "mail/submit.h"
#include "mail/textin.h"
#include "proto/ltsv.h"
#include "proto/parcel.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

enum {
	MEMORY_MAX = 262144,     /* of a body; more goes into a file */
	RCPTS_MAX = 100000,
	READ_SIZE = 65536,
	RECEIPT_MS = 300000,     /* to wait for the receipt */
	ENVID_MAX = 100,         /* RFC 3461 section 4.4 */
	ADDRESS_ROOM = ADDRLIST_ADDRESS_MAX + ME_MAX + 2
};

static const char usage[] =
    "sendmail [-it] [-B type] [-C dir] [-F name] [-f from] [-N dsn] [-R ret] "
    "[-V envid] [-bm | -bp | -bs] [--] [recipient ...]";

/* how it was called */
static const char *dir, *from_arg, *name_arg, *ret_arg, *envid_arg,
    *body_arg;
static char mode = 'm';
static int take_rcpts, keep_dots, verbose;

static char me[ME_MAX + 1];
static char from[ADDRESS_ROOM], user_from[ADDRESS_ROOM];
static const char *user_name = "";
static struct buf notify;      /* " NOTIFY=..." */
static struct buf rcpts;       /* addresses, a NUL behind each */
static size_t n_rcpts;
static struct buf header, body; /* as they came, LF lines */
static int spool = -1;         /* the body's file, once it is large */
static uint64_t spooled;
static int eight_bit, utf8;

static void
usage_error(const char *what)
{
	warn("%s", what);
	die(EX_USAGE, "usage: %s", usage);
}

static void
needs(int r)
{
	if (r == -1)
		die(EX_TEMPFAIL, "out of memory");
}

/*
 * Addresses
 */

/* s with this host's name if it has no domain; -1 when SMTP could not have
 * it (what is UTF-8 is for the next host to judge) */
static int
qualify(const char *s, size_t n, char out[ADDRESS_ROOM])
{
	int eight = 0;
	size_t i;

	for (i = 0; i < n; i++)
		eight |= (unsigned char)s[i] > 0x7f;
	utf8 |= eight;
	if (memrchr(s, '@', n) == NULL || s[n - 1] == '"')
		snprintf(out, ADDRESS_ROOM, "%.*s@%s", (int)n, s, me);
	else
		snprintf(out, ADDRESS_ROOM, "%.*s", (int)n, s);
	return eight || address_valid(out, strlen(out)) ? 0 : -1;
}

static int
add_rcpt(const char *s, size_t n)
{
	char address[ADDRESS_ROOM];

	if (n_rcpts == RCPTS_MAX)
		die(EX_DATAERR, "more than %d recipients", RCPTS_MAX);
	if (qualify(s, n, address) == -1)
		return -1;
	needs(buf_put(&rcpts, address, strlen(address) + 1));
	n_rcpts++;
	return 0;
}

static void
add_list(const char *p, size_t n, const char *where)
{
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *end = p + n, *at;
	long len;

	for (;;) {
		at = p;
		len = addrlist_next(&p, end, one);
		if (len == 0)
			return;
		if (len == -1 || add_rcpt(one, len) == -1)
			die(EX_DATAERR, "bad address in %s: %.*s", where,
			    (int)(p - at < 200 ? p - at : 200), at);
	}
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "to" lines, each address once and in the order they were named */
static void
put_rcpts(struct buf *env)
{
	char **sorted = calloc(n_rcpts, sizeof *sorted), *s, **found;
	char *seen = calloc(n_rcpts, 1);
	size_t i, n = 0;

	needs(sorted == NULL || seen == NULL ? -1 : 0);
	s = buf_data(&rcpts);
	for (i = 0; i < n_rcpts; i++, s += strlen(s) + 1)
		sorted[i] = s;
	qsort(sorted, n_rcpts, sizeof *sorted, compare);
	for (i = 0; i < n_rcpts; i++)
		if (n == 0 || strcmp(sorted[n - 1], sorted[i]) != 0)
			sorted[n++] = sorted[i];
	s = buf_data(&rcpts);
	for (i = 0; i < n_rcpts; i++, s += strlen(s) + 1) {
		found = bsearch(&s, sorted, n, sizeof *sorted, compare);
		if (seen[found - sorted])
			continue;
		seen[found - sorted] = 1;
		needs(buf_puts(env, "to "));
		needs(ltsv_escape(env, s, strlen(s)));
		needs(buf_put(env, buf_data(&notify), buf_len(&notify)));
		needs(buf_putc(env, '\n'));
	}
	free(sorted);
	free(seen);
}

/* the sender: -f, or who calls */
static void
find_sender(void)
{
	struct passwd *pw = getpwuid(getuid());
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = from_arg;
	long n;

	if (pw != NULL && pw->pw_name[0] != '\0')
		snprintf(user_from, sizeof user_from, "%.200s@%s", pw->pw_name,
		    me);
	else
		snprintf(user_from, sizeof user_from, "uid%ld@%s",
		    (long)getuid(), me);
	if (pw != NULL) {
		pw->pw_gecos[strcspn(pw->pw_gecos, ",")] = '\0';
		user_name = pw->pw_gecos;
	}
	if (name_arg != NULL)
		user_name = name_arg;
	memcpy(from, user_from, sizeof from);
	if (p == NULL)
		return;
	if (p[0] == '\0' || strcmp(p, "<>") == 0) {
		from[0] = '\0';
		return;
	}
	n = addrlist_next(&p, from_arg + strlen(from_arg), one);
	if (n <= 0 || *p != '\0' || qualify(one, n, from) == -1)
		die(EX_USAGE, "bad sender address: %s", from_arg);
	memcpy(user_from, from, sizeof from);
}

/*
 * The message
 */

/* the body so far into a file without a name */
static void
spill(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[4096];

	if (tmp == NULL || tmp[0] == '\0')
		tmp = "/tmp";
	if (spool == -1)
		spool = open(tmp, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (spool == -1) {
		snprintf(path, sizeof path, "%s/sendmail.XXXXXX", tmp);
		spool = mkostemp(path, O_CLOEXEC);
		if (spool == -1)
			die(EX_TEMPFAIL, "unable to make a file in %s: %m",
			    tmp);
		unlink(path);
	}
	if (fd_write_all(spool, buf_data(&body), buf_len(&body)) == -1)
		die(EX_TEMPFAIL, "unable to write in %s: %m", tmp);
	spooled += buf_len(&body);
	buf_clear(&body);
}

/* may the header go on with this line? */
static int
header_line(const char *p, size_t n)
{
	const char *at = p;
	struct header_field f;

	if (p[0] == ' ' || p[0] == '\t')
		return buf_len(&header) > 0;
	return header_next(&at, p + n, &f) == HEADER_FIELD;
}

/* a line of the header, in `line`; 0 when the body begins */
static int
take_line(struct buf *line)
{
	size_t n = buf_len(line);
	const char *p = buf_data(line);

	/* what separates messages in a mailbox is none of the header */
	if (buf_len(&header) == 0 && n > 5 && memcmp(p, "From ", 5) == 0) {
		buf_clear(line);
		return 1;
	}
	if (n == 1) {
		buf_clear(line);
		return 0;
	}
	if (!header_line(p, n)) {
		needs(buf_put(&body, p, n));
		buf_clear(line);
		return 0;
	}
	if (buf_len(&header) + n > HEADER_MAX)
		die(EX_DATAERR, "the header is larger than %d bytes",
		    HEADER_MAX);
	needs(buf_put(&header, p, n));
	buf_clear(line);
	return 1;
}

/* a chunk of the input; 0 when a lone dot has ended the message */
static int
take(struct textin *t, struct buf *line, const char *p, size_t n)
{
	enum textin_event ev;
	size_t used;

	while (n > 0) {
		used = textin_feed(t, p, n, t->body ? &body : line, &ev);
		if (used == 0)
			needs(-1);
		p += used;
		n -= used;
		if (ev == TEXTIN_END)
			return 0;
		if (ev == TEXTIN_LINE)
			t->body = !take_line(line);
		if (buf_len(line) > HEADER_MAX)
			die(EX_DATAERR, "a line of the header is larger than "
			    "%d bytes", HEADER_MAX);
		if (buf_len(&body) > MEMORY_MAX)
			spill();
	}
	return 1;
}

static void
read_message(void)
{
	struct textin t = { .dots = !keep_dots };
	struct buf line = { 0 };
	static char block[READ_SIZE];
	ssize_t n;

	for (;;) {
		n = read(0, block, sizeof block);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die(EX_TEMPFAIL, "unable to read the message: %m");
		if (n == 0 || !take(&t, &line, block, n))
			break;
	}
	needs(textin_finish(&t, t.body ? &body : &line));
	if (!t.body && buf_len(&line) > 0)
		take_line(&line);
	eight_bit = t.eight_bit;
	if (spool != -1)
		spill();
	buf_free(&line);
}

/* recipients out of the header, for -t */
static void
header_rcpts(void)
{
	const char *p = buf_data(&header), *end = p + buf_len(&header);
	int resent = submit_resent(p, end - p);
	struct header_field f;

	while (p != NULL && header_next(&p, end, &f) == HEADER_FIELD)
		if (submit_names_rcpts(f.name, f.name_len, resent))
			add_list(f.value, f.value_len, "the header");
}

static void
complete(struct buf *out)
{
	unsigned char rnd[12];
	char id[ME_MAX + 80], hex[2 * sizeof rnd + 1], origin[32];
	struct submit s = { 0 };
	time_t now = time(NULL);
	struct tm tm;
	size_t i;

	if (getrandom(rnd, sizeof rnd, 0) != sizeof rnd)
		die(EX_TEMPFAIL, "no random bytes: %m");
	for (i = 0; i < sizeof rnd; i++)
		snprintf(hex + 2 * i, 3, "%02x", rnd[i]);
	snprintf(id, sizeof id, "<%lld.%s@%s>", (long long)now, hex, me);
	snprintf(origin, sizeof origin, "uid %lu", (unsigned long)getuid());
	localtime_r(&now, &tm);
	s.me = me;
	s.from = user_from;
	s.name = user_name;
	s.message_id = id;
	s.origin = origin;
	s.now = now;
	s.offset = tm.tm_gmtoff / 60;
	needs(submit_header(out, buf_data(&header), buf_len(&header), &s));
	needs(buf_putc(out, '\n'));
}

/*
 * Options
 */
static void
scan_notify(const char *s)
{
	static const char *const good[] = { "never", "success", "failure",
		"delay" };
	char *list = strdup(s), *one, *at = NULL;
	int i, n = 0, never = 0;

	needs(list == NULL ? -1 : 0);
	needs(buf_puts(&notify, " NOTIFY="));
	for (one = strtok_r(list, ",", &at); one != NULL;
	     one = strtok_r(NULL, ",", &at)) {
		for (i = 0; i < 4 && strcasecmp(one, good[i]) != 0; i++)
			;
		if (i == 4)
			usage_error("-N takes never, or a list of success, "
				    "failure, delay");
		never |= i == 0;
		needs(buf_puts(&notify, n++ > 0 ? "," : ""));
		for (; *one != '\0'; one++)
			needs(buf_putc(&notify, *one & ~0x20));
	}
	if (n == 0 || (never && n > 1))
		usage_error("-N takes never, or a list of success, failure, "
			    "delay");
	free(list);
}

/* xtext (RFC 3461 section 4), as the ENVID parameter has it */
static void
put_envid(struct buf *env, const char *s)
{
	size_t i, n = strlen(s);

	if (n == 0 || n > ENVID_MAX)
		usage_error("-V takes 1 to 100 bytes");
	needs(buf_puts(env, "envid "));
	for (i = 0; i < n; i++) {
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > 0x7e)
			usage_error("-V takes printable ASCII");
		if (s[i] == '+' || s[i] == '=' || s[i] == ' ' || s[i] == '\\')
			needs(buf_printf(env, "+%02X", (unsigned char)s[i]));
		else
			needs(buf_putc(env, s[i]));
	}
	needs(buf_putc(env, '\n'));
}

static void
scan_mode(const char *s)
{
	if (s[0] == '\0' || s[1] != '\0' || strchr("mpsi", s[0]) == NULL)
		usage_error("-b takes m, p, s or i");
	mode = s[0];
}

static void
options(int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv,
		    "+A:B:b:C:cd::eF:f:GgIiL:h:mN:no:O:p:q::R:r:tUV:vX:x")) !=
	    -1) {
		switch (c) {
		case 'B':
			body_arg = optarg;
			break;
		case 'b':
			scan_mode(optarg);
			break;
		case 'C':
			dir = optarg;
			break;
		case 'F':
			name_arg = optarg;
			break;
		case 'f':
		case 'r':
			from_arg = optarg;
			break;
		case 'I':
			mode = 'i';
			break;
		case 'i':
			keep_dots = 1;
			break;
		case 'N':
			scan_notify(optarg);
			break;
		case 'o':
			/* -oem, -odb and the like mean nothing here */
			if (strcmp(optarg, "i") == 0)
				keep_dots = 1;
			break;
		case 'q':
			mode = 'q';
			break;
		case 'R':
			if (strcasecmp(optarg, "full") != 0 &&
			    strcasecmp(optarg, "hdrs") != 0)
				usage_error("-R takes full or hdrs");
			ret_arg = optarg[0] == 'f' || optarg[0] == 'F' ?
			    "FULL" : "HDRS";
			break;
		case 't':
			take_rcpts = 1;
			break;
		case 'V':
			envid_arg = optarg;
			break;
		case 'v':
			verbose = 1;
			break;
		case '?':
			usage_error("unknown option, or one without its value");
			break;
		default:
			break; /* known to others, meaningless here */
		}
	}
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

	needs(asprintf(&s, "%s%s", a, b));
	return s;
}

/* become a program that stands beside this one */
static void
become(char *const argv[])
{
	char self[4096], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL) {
			slash[1] = '\0';
			execv(join(self, argv[0]), argv);
		}
	}
	die(EX_TEMPFAIL, "unable to run %s: %m", argv[0]);
}

static void
run_other(void)
{
	char *conf = join(dir, "/conf"), *queue = join(dir, "/queue"),
	     *next = join(join("unix:", dir), "/sock/inject.sock");
	char *list[] = { "queue-list", queue, NULL };
	char *smtp[] = { "smtp-recv", "-C", conf, next, NULL };
	char *build[] = { "conf-build", conf, NULL };
	char *flush[] = { "queue-ctl", queue, "retry", "all", NULL };

	if (mode == 'p')
		become(list);
	if (mode == 'i')
		become(build);
	if (mode == 'q')
		become(flush);
	/* who may run this may send */
	if (setenv("RELAYCLIENT", "", 1) == -1 ||
	    setenv("TCPREMOTEIP", "127.0.0.1", 1) == -1 ||
	    setenv("PROTO", "TCP", 1) == -1)
		needs(-1);
	become(smtp);
}

/*
 * Handing over
 */
static void
make_envelope(struct buf *env)
{
	needs(parcel_put(env, "from", from, strlen(from)));
	needs(buf_puts(env, "proto local\n"));
	needs(buf_printf(env, "uid %lu\n", (unsigned long)getuid()));
	if (ret_arg != NULL)
		needs(parcel_puts(env, "ret", ret_arg));
	if (envid_arg != NULL)
		put_envid(env, envid_arg);
	if (eight_bit || (body_arg != NULL && body_arg[0] == '8'))
		needs(buf_puts(env, "body 8bit\n"));
	if (utf8)
		needs(buf_puts(env, "smtputf8 1\n"));
	put_rcpts(env);
}

static int
put(int to, const struct buf *b)
{
	return fd_write_all(to, buf_data(b), buf_len(b));
}

static int
put_spool(int to)
{
	static char block[READ_SIZE];
	uint64_t at = 0;
	ssize_t n;

	while (at < spooled) {
		n = pread(spool, block, sizeof block, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			die(EX_TEMPFAIL, "unable to read the message: %m");
		if (fd_write_all(to, block, n) == -1)
			return -1;
		at += n;
	}
	return 0;
}

/* the receipt; what is no receipt is a temporary failure */
static void
receive(int in)
{
	int64_t until = clock_mono_ms() + RECEIPT_MS, left;
	struct pollfd pf = { .fd = in, .events = POLLIN };
	enum receipt_kind kind;
	char got[RECEIPT_MAX + 32];
	size_t len = 0, n;
	const char *text;
	ssize_t r;
	long k;

	for (;;) {
		k = receipt_get(got, len, &kind, &text, &n);
		if (k == -1 || len == sizeof got)
			die(EX_TEMPFAIL, "the queue answers nonsense");
		if (k > 0)
			break;
		left = until - clock_mono_ms();
		if (left <= 0 || poll(&pf, 1, left) == 0)
			die(EX_TEMPFAIL, "the queue does not answer");
		r = read(in, got + len, sizeof got - len);
		if (r == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (r <= 0)
			die(EX_TEMPFAIL, "the queue has not taken the message");
		len += r;
	}
	if (kind == RECEIPT_TEMP)
		die(EX_TEMPFAIL, "not taken: %.*s", (int)n, text);
	if (kind != RECEIPT_OK)
		die(EX_UNAVAILABLE, "refused: %.*s", (int)n, text);
	if (verbose)
		info("queued as %.*s", (int)n, text);
}

/* where parcels go: $ROHRPOST_INJECT, or the instance's socket */
static void
connect_queue(int *to, int *in)
{
	const char *s = getenv("ROHRPOST_INJECT");
	char *sock = join(join("unix:", dir), "/sock/inject.sock");
	char *argv[] = { sock, NULL, NULL, NULL };

	if (s != NULL && strncmp(s, "unix:", 5) == 0) {
		argv[0] = (char *)s;
	} else if (s != NULL && s[0] != '\0') {
		argv[0] = "/bin/sh";
		argv[1] = "-c";
		argv[2] = join("exec ", s);
	}
	if (spawn_next(argv, to, in) == -1)
		die(EX_TEMPFAIL, "unable to reach the queue, %s: %m", argv[0]);
	if (fd_block(*to) == -1)
		die(EX_TEMPFAIL, "unable to reach the queue: %m");
}

static void
hand_over(void)
{
	struct buf env = { 0 }, head = { 0 }, out = { 0 };
	int to, in;

	complete(&head);
	make_envelope(&env);
	needs(parcel_head(&out, &env,
	    buf_len(&head) + spooled + buf_len(&body)));
	connect_queue(&to, &in);
	needs(buf_putc(&body, ','));
	if (put(to, &out) == -1 || put(to, &head) == -1 ||
	    put_spool(to) == -1 || put(to, &body) == -1) {
		/* one that stops reading may have said why; it must not
		 * wait for the rest */
		shutdown(to, SHUT_WR);
		close(to);
	}
	receive(in);
}

/* callers may have closed what we do not need; none but sysexits are known
 * to them */
static void
descriptors(void)
{
	int fd;

	if (fcntl(0, F_GETFD) == -1)
		_exit(EX_TEMPFAIL);
	for (fd = 1; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", O_WRONLY) != fd)
			_exit(EX_TEMPFAIL);
}

int
main(int argc, char **argv)
{
	char *conf;

	descriptors();
	prog_init(argv);
	dir = getenv("ROHRPOST_DIR");
	if (dir == NULL || dir[0] == '\0')
		dir = ROHRPOST_DIR;
	if (strcmp(prog_name, "mailq") == 0)
		mode = 'p';
	else if (strcmp(prog_name, "newaliases") == 0)
		mode = 'i';
	options(argc, argv);
	if (mode != 'm')
		run_other();
	conf = join(dir, "/conf");
	/* a chain of the caller's own needs no instance */
	if (me_read(conf, me) == -1 &&
	    (getenv("ROHRPOST_INJECT") == NULL || me_read(NULL, me) == -1))
		die(EX_TEMPFAIL, "unable to read %s/me: %m", conf);
	free(conf);
	find_sender();
	for (; optind < argc; optind++)
		add_list(argv[optind], strlen(argv[optind]), "the arguments");
	if (n_rcpts == 0 && !take_rcpts)
		usage_error("no recipients");
	read_message();
	if (take_rcpts)
		header_rcpts();
	if (n_rcpts == 0)
		die(EX_DATAERR, "the header names no recipients");
	hand_over();
	return EX_OK;
}
