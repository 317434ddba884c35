/* tls-key - hold the private keys of TLS and sign for handshakes */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/in.h"
#include "base/jail.h"
#include "base/out.h"
#include "format/netstring.h"
#include "tls/certstore.h"
#include "tls/keywire.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char usage[] = "tls-key [-f table] confdir folder";
static struct buf in, out;
static int waits;          /* a list that has nothing new yet, */
static uint64_t waits_for; /* of this generation */

static void
put_reason(char kind, const char *reason)
{
	needs(keywire_answer(&out, kind, reason, strlen(reason)));
}

static void
sign(const struct keywire_request *r)
{
	unsigned char sig[CERTKEY_SIG_BYTES];
	struct certkey *k = certstore_key(r->key);
	long n;

	if (k == NULL) {
		put_reason('D', "no such key");
		return;
	}
	if ((certkey_kind(k) == CERTKEY_RSA) != keywire_rsa(r->scheme)) {
		put_reason('D', "key is of another kind");
		return;
	}
	n = certkey_sign(k, keywire_bits(r->scheme), r->digest, r->digest_len,
	    sig);
	if (n == -1)
		put_reason('Z', "unable to sign");
	else
		needs(keywire_answer(&out, 'K', sig, n));
}

/* answer the list that waits when there is something new */
static void
list(void)
{
	const struct buf *b = certstore_list();

	certstore_tell(0);
	if (certstore_generation() == waits_for) {
		/* who asks once and goes is not told of what ends soon: others
		 * are, who stay */
		certstore_tell(1);
		return;
	}
	waits = 0;
	needs(keywire_answer(&out, 'K', buf_data(b), buf_len(b)));
}

static void
serve(const char *p, size_t n)
{
	struct keywire_request r;
	const char *reason = keywire_get(p, n, &r);

	/* so a ping says that all is read, and a signature comes at once */
	certstore_check();
	if (reason != NULL) {
		put_reason('D', reason);
	} else if (r.verb == KEYWIRE_PING) {
		needs(keywire_answer(&out, 'K', "", 0));
	} else if (r.verb == KEYWIRE_SIGN) {
		sign(&r);
	} else {
		waits = 1;
		waits_for = r.generation;
		list();
	}
}

/* may it be answered before the list that waits? */
static int
overtakes(const char *p, size_t n)
{
	struct keywire_request r;

	return keywire_get(p, n, &r) == NULL && r.verb == KEYWIRE_PING;
}

/* all whole requests that are there */
static void
serve_all(void)
{
	const char *p;
	size_t n;
	long used;

	while ((used = netstring_whole(buf_data(&in), buf_len(&in),
		    KEYWIRE_REQUEST_MAX, &p, &n)) > 0) {
		if (waits && !overtakes(p, n))
			break;
		serve(p, n);
		buf_consume(&in, used);
	}
	out_flush(&out);
	if (used == -1)
		die(EXIT_PERM, "not a request");
}

/* until there is more to read, or news; 0: nothing more will come */
static int
wait_for_more(void)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	/* there is nothing else to wait for */
	if (!waits && buf_len(&in) < IN_BYTES)
		return in_more(&in);
	/* behind a list that waits they wait in the socket, too */
	if (buf_len(&in) >= IN_BYTES)
		p.events = 0;
	if (poll(&p, 1, waits ? CERTSTORE_CHECK_MS : -1) == -1 &&
	    errno != EINTR)
		die(EXIT_TEMP, "unable to read: %m");
	if (p.revents & POLLIN)
		return in_more(&in);
	if (p.revents != 0)
		return 0;
	if (waits) {
		certstore_check();
		list();
	}
	return 1;
}

/* the tables, the certificates and the keys, which may change */
static void
confine(char **folders)
{
	const char *const read[] = { folders[0], folders[1], NULL };
	const struct jail j = { JAIL_TLS_KEY, read, NULL, folders[0], NULL };

	jail_enter(&j);
}

int
main(int argc, char **argv)
{
	const char *table = "tls";
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+f:")) != -1) {
		if (c != 'f')
			die_usage(usage);
		table = optarg;
	}
	if (argc - optind != 2 || *table == '\0' || strchr(table, '/') != NULL)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	if (certstore_open(argv[optind], argv[optind + 1], table) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind + 1]);
	confine(argv + optind);
	fd_block(0);
	fd_block(1);
	while (wait_for_more())
		serve_all();
	certstore_close();
	if (buf_len(&in) > 0 && !waits)
		die(EXIT_TEMP, "request cut short by end of input");
	return EXIT_OK;
}
