/* key-sign - hold the private keys and sign what is asked for */
#include "base/base64.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/in.h"
#include "base/jail.h"
#include "base/out.h"
#include "format/netstring.h"
#include "sign/keycache.h"
#include "sign/signing.h"
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	BATCH = 32 /* answers in one write: the first does not wait long */
};

static const char usage[] = "key-sign keydir";
static struct keycache keys;
static struct buf in, out;

static void
put_answer(char kind, const char *text, size_t n)
{
	static struct buf b;

	buf_clear(&b);
	needs(buf_putc(&b, kind));
	needs(buf_put(&b, text, n));
	needs(netstring_put(&out, buf_data(&b), buf_len(&b)));
}

static void
put_reason(int temporary, const char *reason)
{
	put_answer(temporary ? 'Z' : 'D', reason, strlen(reason));
}

static void
sign(struct privkey *k, const struct signing_request *r)
{
	static struct buf b64;
	unsigned char sig[PRIVKEY_SIG_BYTES];
	long n;

	if ((privkey_kind(k) == PRIVKEY_RSA) !=
	    (r->algorithm == SIGNING_RSA_SHA256)) {
		put_reason(0,
		    privkey_kind(k) == PRIVKEY_RSA ? "key is RSA, not ed25519"
						   : "key is ed25519, not RSA");
		return;
	}
	n = privkey_sign(k, r->digest, sig);
	if (n == -1) {
		put_reason(1, "unable to sign");
		return;
	}
	buf_clear(&b64);
	needs(base64_put(&b64, sig, n));
	put_answer('K', buf_data(&b64), buf_len(&b64));
}

static void
serve(const char *p, size_t n)
{
	struct signing_request r;
	const char *reason = signing_get(p, n, &r);
	struct privkey *k;
	int temporary;

	if (reason != NULL) {
		put_reason(0, reason);
		return;
	}
	k = keycache_get(&keys, r.key, &reason, &temporary);
	if (k == NULL)
		put_reason(temporary, reason);
	else
		sign(k, &r);
}

/* all whole requests that are there */
static void
serve_all(void)
{
	const char *p;
	size_t n;
	long used;
	unsigned answers = 0;

	while ((used = netstring_whole(buf_data(&in), buf_len(&in),
		    SIGNING_REQUEST_MAX, &p, &n)) > 0) {
		serve(p, n);
		buf_consume(&in, used);
		if (++answers % BATCH == 0)
			out_flush(&out);
	}
	out_flush(&out);
	if (used == -1)
		die(EXIT_PERM, "not a request");
}

int
main(int argc, char **argv)
{
	const char *read[] = { NULL, NULL };
	const struct jail jail = { JAIL_KEY_SIGN, read, NULL, NULL, NULL };

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1 || argc - optind != 1)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	keys.dir = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (keys.dir == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	read[0] = argv[optind];
	jail_enter(&jail);
	fd_block(0);
	fd_block(1);
	while (in_more(&in))
		serve_all();
	keycache_clear(&keys);
	if (buf_len(&in) > 0)
		die(EXIT_TEMP, "request cut short by end of input");
	return EXIT_OK;
}
