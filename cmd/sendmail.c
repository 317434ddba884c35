/*
 * sendmail - the command by which every Unix program hands in mail
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/random.h"
#include "conf/hostname.h"
#include "recv/inbound.h"
#include "sendmail/envelope.h"
#include "sendmail/handin.h"
#include "sendmail/headerrcpts.h"
#include "sendmail/localparcel.h"
#include "sendmail/localuser.h"
#include "sendmail/options.h"
#include "sendmail/otherprog.h"
#include "sendmail/parcelin.h"
#include "sendmail/unixmail.h"
#include "sendmail/verifyrcpt.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

enum {
	RECEIPT_MS = 300000,     /* to wait for the receipt */
	LINK_RECEIPT_MS = 240000 /* the same for -bk */
};

/* smtp-recv still waits then: what its client is told is refused must not go
 * into the drop */
_Static_assert(LINK_RECEIPT_MS + HANDIN_AGAIN_FOR_MS < INBOUND_RECEIPT_S * 1000,
    "-bk answers smtp-recv in time");

static const char usage[] =
    "sendmail [-it] [-B type] [-C dir] [-e mode] [-F name] [-f from] [-N dsn] "
    "[-O option] [-R ret] [-V envid] [-bk | -bm | -bp | -bs | -bv | -q[what]] [--] [recipient ...]";

static struct sendmail_options opt; /* how it was called */
static int no_input;                /* descriptor 0 is closed */

static char me[HOSTNAME_MAX + 1];
static char from[ENVELOPE_ADDRESS_ROOM];
static struct localuser caller;
static struct envelope envelope = { .me = me };
static struct unixmail mail;
static struct handin service;

static struct headerrcpts named; /* in the header */
static struct localparcel parcel = { &opt, &envelope, &mail, from, 0 };

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
	if (opt.name != NULL)
		caller.name = opt.name;
	memcpy(from, caller.from, sizeof from);
	if (opt.from != NULL &&
	    envelope_sender(&envelope, opt.from, from) == -1)
		die(EX_USAGE, "bad sender address: %s", opt.from);
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
	switch (unixmail_read(&mail, 0, opt.keep_dots)) {
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
	if (opt.odd_mode != 'q' && opt.odd_mode != 'e')
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
options(int argc, char **argv)
{
	const char *fault = sendmail_options_read(&opt, &envelope, argc, argv);

	if (fault == NULL)
		return;
	have(errno == ENOMEM ? -1 : 0);
	usage_error(fault);
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

static void
run_other(void)
{
	static struct otherprog other;
	int status;

	if (opt.mode == 's' && no_input)
		die(EX_TEMPFAIL, "descriptor 0 is closed");
	if (otherprog_find(&other, &opt, &service) == -1 ||
	    (status = otherprog_run(&other, &opt)) == -1)
		die(EX_TEMPFAIL, "unable to run %s: %m", other.argv[0]);
	exit(status);
}

/*
 * Handing over
 */
static void
make_envelope(struct buf *env)
{
	switch (localparcel_envelope(&parcel, env)) {
	case ENVELOPE_OK: break;
	case ENVELOPE_SIZE: usage_error("-V takes 1 to 100 bytes"); break;
	case ENVELOPE_BAD: usage_error("-V takes printable ASCII"); break;
	case ENVELOPE_MEMORY: have(-1);
	}
}

/* 0, or -1: service.trouble says why not */
static int
deliver(const struct handin_parcel *p)
{
	if (handin(&service, p) == -1)
		return -1;
	if (!opt.verbose)
		return 0;
	if (service.dropped[0] != '\0')
		info("left in %s/drop: %s", opt.dir, service.trouble);
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

/*
 * The others have the message: to send it again would be wrong, so whatever
 * fails from now on is not temporary.
 */
static int
tell_odd(void)
{
	struct handin_parcel p = { .rest = NULL };
	char name[RETURNED_NAME_LEN + 1];

	if (named.n_odd == 0)
		return EX_OK;
	/* he wants no mail, or there is nobody to send it to */
	if (opt.odd_mode == 'p' || opt.odd_mode == 'q' || opt.odd_mode == 'w' ||
	    from[0] == '\0')
		return EX_DATAERR;
	if (random_hex(name, RETURNED_NAME_LEN) == -1 ||
	    localparcel_odd(&parcel, &named, name, clock_wall_s(), &p) == -1)
		warn("no report of bad addresses: %m");
	else if (deliver(&p) == 0)
		return EX_OK;
	else
		warn("no report of bad addresses: %s", service.trouble);
	return EX_DATAERR;
}

/*
 * What would become of it (-bv)
 */

static enum verifyaddr
verify(struct verifyaddr_conf *c, char *conf, char *address)
{
	enum verifyaddr v;
	const char *failed = verifyrcpt(c, conf, address, &v);

	if (failed != NULL)
		die(EX_TEMPFAIL, "unable to %s: %m", failed);
	return v;
}

static int
verify_all(char *conf)
{
	static struct verifyaddr_conf c;
	char *p = buf_data(&envelope.rcpts);
	int never = 0, later = 0;
	size_t i;

	verifyaddr_open(&c, conf, join(opt.dir, "/mail"), me);
	for (i = 0; i < envelope.n_rcpts; i++, p += strlen(p) + 1) {
		switch (verify(&c, conf, p)) {
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
	service.dir = opt.dir;
	service.chain = getenv("ROHRPOST_INJECT");
	if (service.chain != NULL && service.chain[0] == '\0')
		service.chain = NULL;
	service.receipt_ms = opt.mode == 'k' ? LINK_RECEIPT_MS : RECEIPT_MS;
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
	sendmail_options_init(&opt, clock_wall_s());
	opt.dir = getenv("ROHRPOST_DIR");
	if (opt.dir == NULL || opt.dir[0] == '\0')
		opt.dir = ROHRPOST_DIR;
	if (strcmp(prog_name, "mailq") == 0)
		opt.mode = 'p';
	else if (strcmp(prog_name, "newaliases") == 0)
		opt.mode = 'i';
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
	if (opt.mode == 'k')
		take_parcels();
	if (opt.mode != 'm' && opt.mode != 'v')
		run_other();
	if (no_input && opt.mode != 'v')
		die(EX_TEMPFAIL, "descriptor 0 is closed");
	conf = join(opt.dir, "/conf");
	read_name(conf);
	find_sender();
	for (; optind < argc; optind++)
		add_argument(argv[optind]);
	if (envelope.n_rcpts == 0 && !opt.take_rcpts)
		usage_error("no recipients");
	if (opt.mode == 'v')
		return verify_all(conf);
	parcel.uid = getuid();
	read_message();
	if (opt.take_rcpts)
		header_rcpts();
	hand_over();
	return tell_odd();
}
