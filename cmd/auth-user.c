/* auth-user - keep the logins of auth-cdb */
#include "act/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/out.h"
#include "base/plain.h"
#include "base/spawn.h"
#include "crypt/pwhash.h"
#include "sasl/authtalk.h"
#include "sasl/loginfile.h"
#include "sasl/logintable.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { ASK_MS = 10000 }; /* for a server to say what it has */

static const char usage[] =
    "auth-user [-t address] [-s] [verb logindir [name]]";

static struct loginfile file;
static const char *dir;
static char name[SASLNAME_LOGIN_MAX + 1];
static int scram; /* -s */

/* what is read and written */

static void
chance(void *p, size_t n)
{
	if (getrandom(p, n, 0) != (ssize_t)n)
		die(EXIT_TEMP, "no random bytes: %m");
}

/* bytes that are no text: which */
static void
check_text(const char *p, size_t n)
{
	size_t at = plain_span(p, n, "");
	unsigned char c = at < n ? (unsigned char)p[at] : 0;

	if (at < n && (c < ' ' || c == 0x7f || c == 0xc2))
		die(EXIT_PERM, "control character in the password");
	if (at < n)
		die(EXIT_PERM, "password is not UTF-8");
	while (n > 0 && !(p[n - 1] & 0x80))
		n--;
	if (n > 0)
		warn("password is not ASCII: it may be typed in two ways");
}

/* the first line of descriptor 0 */
static size_t
read_password(char out[PWHASH_PASSWORD_MAX + 2])
{
	size_t n = 0;
	ssize_t k = 1;
	char *lf = NULL;

	while (k > 0 && n < PWHASH_PASSWORD_MAX + 2 && lf == NULL) {
		k = read(0, out + n, PWHASH_PASSWORD_MAX + 2 - n);
		if (k == -1 && errno == EINTR)
			k = 1;
		else if (k == -1)
			die(EXIT_TEMP, "unable to read: %m");
		else
			lf = memchr(out + n, '\n', (size_t)k);
		n += lf == NULL ? (size_t)k : (size_t)(lf - (out + n));
	}
	if (n == 0)
		die(EXIT_PERM, "no password on descriptor 0");
	if (n > PWHASH_PASSWORD_MAX)
		die(EXIT_PERM, "password of more than 256 bytes");
	check_text(out, n);
	return n;
}

static void
open_file(void)
{
	if (loginfile_open(&file, dir) == 0)
		return;
	if (errno == EPERM)
		die(EXIT_TEMP, "%s may be entered by others: chmod it to 0700",
		    dir);
	die(EXIT_TEMP, "unable to open %s: %m", dir);
}

/* of an instance logins/ is one of its folders */
static void
log_act(const char *act)
{
	char instance[PATH_MAX];

	act_above(instance, dir);
	act_say(instance, act, name);
}

/* the secret is made with the file */
static void
write_file(const char *act)
{
	unsigned char secret[LOGINTABLE_SECRET_LEN];

	if (!loginfile_has_secret(&file)) {
		chance(secret, sizeof secret);
		needs(logintable_put_secret(&file.text, secret));
	}
	if (loginfile_make(&file) == -1)
		die(errno == EINVAL ? EXIT_PERM : EXIT_TEMP, "%s/passwd%s%s",
		    dir, errno == EINVAL ? ":" : ": ",
		    errno == EINVAL ? file.fault : strerror(errno));
	log_act(act);
	if (loginfile_write(&file) == -1)
		die(EXIT_TEMP, "unable to write %s/passwd: %m", dir);
	act_done();
}

/* the line of the login that is named */
static struct slice
its_line(void)
{
	struct slice line;

	if (!loginfile_find(&file, name, &line))
		die(EXIT_NONE, "%s: there is no such login", name);
	return line;
}

/* verbs */

static void
add(void)
{
	char password[PWHASH_PASSWORD_MAX + 2], hash[PWHASH_TEXT_MAX];
	unsigned char salt[SCRAM_SALT_LEN];
	struct scram_keys keys;
	struct slice old;
	struct buf line = { 0 };
	size_t n = read_password(password);
	int known;

	/* what takes long, before others wait for the lock */
	if (pwhash_make(hash, password, n) == -1)
		die(EXIT_TEMP, "unable to make a hash: out of memory");
	if (scram) {
		chance(salt, sizeof salt);
		scram_make(&keys, password, n, salt, sizeof salt,
		    SCRAM_ITERATIONS);
	}
	explicit_bzero(password, sizeof password);
	open_file();
	known = loginfile_find(&file, name, &old);
	needs(logintable_put(&line, name, (struct slice){ hash, strlen(hash) },
	    scram ? &keys : NULL, known && loginfile_is_off(old)));
	needs(loginfile_set(&file, name,
	    (struct slice){ buf_data(&line), buf_len(&line) }));
	write_file(known ? "login-set" : "login-add");
}

static void
del(void)
{
	open_file();
	its_line();
	needs(loginfile_set(&file, name, (struct slice){ "", 0 }));
	write_file("login-del");
}

static void
set_off(int off)
{
	struct buf b = { 0 };
	struct slice line;

	open_file();
	line = its_line();
	if (loginfile_is_off(line)) {
		while (line.p[line.n - 1] != 'o')
			line.n--;
		line.n--;
	}
	while (line.n > 0 &&
	    (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	needs(buf_put(&b, line.p, line.n));
	needs(buf_puts(&b, off ? " off\n" : "\n"));
	needs(loginfile_set(&file, name,
	    (struct slice){ buf_data(&b), buf_len(&b) }));
	write_file(off ? "login-off" : "login-on");
}

static void
list(void)
{
	struct slice line, word;
	struct buf b = { 0 };
	size_t at = 0;

	open_file();
	while (loginfile_next(&file, &at, &line, &word)) {
		needs(buf_put(&b, word.p, word.n));
		if (loginfile_has_keys(line))
			needs(buf_puts(&b, " scram"));
		needs(buf_puts(&b, loginfile_is_off(line) ? " off\n" : "\n"));
	}
	out_flush_plain(&b);
}

/* what a server has */

static void
ask_more(int fd, struct buf *in, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left = until - clock_mono_ms();
	ssize_t n;

	if (left <= 0 || poll(&p, 1, (int)left) == 0)
		die(EXIT_TEMP, "no answer in 10 seconds");
	needs(buf_reserve(in, AUTHWIRE_LINE_MAX));
	n = read(fd, buf_tail(in), AUTHWIRE_LINE_MAX);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		die(EXIT_TEMP, "it has ended");
	if (n > 0)
		buf_added(in, (size_t)n);
}

static int
ask(char *address)
{
	char *argv[] = { address, NULL };
	struct authtalk_mechs mechs = { .n = 0 };
	struct authwire_line l;
	struct buf in = { 0 }, out = { 0 };
	int64_t until = clock_mono_ms() + ASK_MS;
	int to, from, version = 0;
	long n;

	if (strncmp(address, "unix:", 5) != 0)
		die_usage(usage);
	if (spawn_next(argv, &to, &from) == -1)
		die(EXIT_TEMP, "unable to connect to %s: %m", address);
	needs(authtalk_hello(&out, (uint64_t)getpid()));
	if (fd_write_all(to, buf_data(&out), buf_len(&out)) == -1)
		die(EXIT_TEMP, "it has ended");
	for (;;) {
		n = authwire_get(buf_data(&in), buf_len(&in), &l);
		if (n == 0) {
			ask_more(from, &in, until);
			continue;
		}
		if (n > 0 && authwire_is(&l, "VERSION"))
			version = l.n > 1 && word_is(l.w[1], "1");
		if (n == -1 || !version)
			die(EXIT_PERM, "%s speaks another protocol", address);
		if (authwire_is(&l, "MECH"))
			authtalk_mech(&mechs, &l);
		if (authwire_is(&l, "DONE"))
			break;
		buf_consume(&in, (size_t)n);
	}
	out_bytes(mechs.names, strlen(mechs.names));
	out_bytes("\n", 1);
	return EXIT_OK;
}

static void
verb(char **argv, int argc)
{
	const char *v = argv[0];

	if (strcmp(v, "list") == 0 && argc == 2) {
		list();
		return;
	}
	if (argc != 3)
		die_usage(usage);
	if (logintable_name(argv[2], strlen(argv[2]), name) == -1)
		die(EXIT_PERM,
		    "%s: not a name for a login: want letters, digits, ._=+-@ and UTF-8, 255 bytes at most",
		    argv[2]);
	if (strcmp(v, "add") == 0)
		add();
	else if (strcmp(v, "del") == 0)
		del();
	else if (strcmp(v, "off") == 0 || strcmp(v, "on") == 0)
		set_off(v[1] == 'f');
	else
		die_usage(usage);
}

int
main(int argc, char **argv)
{
	char *address = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+t:s")) != -1)
		if (c == 't')
			address = optarg;
		else if (c == 's')
			scram = 1;
		else
			die_usage(usage);
	if (address != NULL) {
		if (optind != argc)
			die_usage(usage);
		return ask(address);
	}
	if (argc - optind < 2)
		die_usage(usage);
	dir = argv[optind + 1];
	verb(argv + optind, argc - optind);
	return EXIT_OK;
}
