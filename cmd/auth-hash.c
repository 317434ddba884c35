/* auth-hash - compare passwords with their hashes, and make such */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/in.h"
#include "base/out.h"
#include "crypt/pwhash.h"
#include "format/netstring.h"
#include "sasl/hashing.h"
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char usage[] = "auth-hash";
static struct buf in, out;

static void
put_answer(const char *kind, const char *text)
{
	char t[HASHING_ANSWER_MAX];
	size_t n = strlen(kind), len = strlen(text);

	memcpy(t, kind, n);
	memcpy(t + n, text, len);
	needs(netstring_put(&out, t, n + len));
}

static void
make(struct slice password)
{
	char hash[PWHASH_TEXT_MAX];

	if (pwhash_make(hash, password.p, password.n) == -1)
		put_answer("Z", "out of memory");
	else
		put_answer("H", hash);
}

static void
serve(const char *p, size_t n)
{
	const char *hash, *reason;
	struct slice password;
	int r;

	reason = hashing_get(p, n, &hash, &password);
	if (reason != NULL) {
		put_answer("Z", reason);
		return;
	}
	if (hash[0] == '\0') {
		make(password);
		return;
	}
	r = pwhash_is(hash, password.p, password.n);
	if (r == -1)
		put_answer("Z", "out of memory");
	else
		put_answer(r ? "Y" : "N", "");
}

/* each is answered at once: the next one takes long */
static void
serve_all(void)
{
	const char *p;
	size_t n;
	long used;

	while ((used = netstring_whole(buf_data(&in), buf_len(&in),
		    HASHING_QUESTION_MAX, &p, &n)) > 0) {
		serve(p, n);
		buf_consume(&in, used);
		out_flush(&out);
	}
	if (used == -1)
		die(EXIT_PERM, "not a question");
	if (buf_len(&in) == 0)
		buf_wipe(&in);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	if (getopt(argc, argv, "") != -1 || optind != argc)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	fd_block(0);
	fd_block(1);
	while (in_more(&in))
		serve_all();
	if (buf_len(&in) > 0)
		die(EXIT_TEMP, "question cut short by end of input");
	return EXIT_OK;
}
