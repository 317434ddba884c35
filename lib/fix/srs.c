#include "fix/srs.h"
#include "base/ascii.h"
#include "mail/tokenhash.h"
#include <string.h>

enum { TAG_LEN = 4, STAMP_LEN = 2, STAMPS = 1024, HASHED_ROOM = 1024 };

/* the hash over what stands behind it; kind 0 or 1 */
static int
hash(const struct token_key *k, char kind, const char *p, size_t n,
    char out[SRS_HASH_LEN])
{
	static const char name[] = "rohrpost srs";
	char text[sizeof name + 1 + HASHED_ROOM];
	unsigned char h[DIGEST_LEN];
	uint64_t u = 0;
	unsigned i;

	if (n > HASHED_ROOM)
		return -1;
	memcpy(text, name, sizeof name);
	text[sizeof name] = kind;
	ascii_lower_copy(text + sizeof name + 1, p, n);
	digest_hmac(k->p, k->n, text, sizeof name + 1 + n, h);
	for (i = 0; i < 5; i++)
		u = u << 8 | h[i];
	tokenhash_put32(out, SRS_HASH_LEN, u);
	return 0;
}

/* nothing that needs quotes, or that would be cut elsewhere */
static int
is_plain(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f ||
		    strchr("\"\\(),:;<>@[]", s.p[i]) != NULL)
			return 0;
	return s.n > 0 && s.p[0] != '.' && s.p[s.n - 1] != '.';
}

/* is it SRS0 or SRS1 with a separator?  The digit, or 0 */
static char
kind_of(struct slice s)
{
	if (s.n <= TAG_LEN || !ascii_same(s.p, 3, "srs", 3) ||
	    (s.p[3] != '0' && s.p[3] != '1') ||
	    memchr("=-+", s.p[TAG_LEN], 3) == NULL)
		return 0;
	return s.p[3];
}

static struct slice
behind(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.n - n };
}

/* making */

/* what is hashed of a return path; SRS_NONE: it stays as it is */
static int
put_rest(struct buf *b, struct slice user, struct slice from, unsigned day,
    char *kind)
{
	struct slice rest, host;
	char stamp[STAMP_LEN];

	*kind = kind_of(user) == 0 ? '0' : '1';
	if (*kind == '0') {
		tokenhash_put32(stamp, STAMP_LEN, day % STAMPS);
		return buf_printf(b, "%.*s=%.*s=%.*s", STAMP_LEN, stamp,
		    (int)from.n, from.p, (int)user.n, user.p);
	}
	rest = behind(user, TAG_LEN);
	if (rest.n < 2)
		return SRS_NONE;
	if (kind_of(user) == '0')
		return buf_printf(b, "%.*s=%.*s", (int)from.n, from.p,
		    (int)rest.n, rest.p);
	/* another's SRS1: the relay that it names stays the one to go back to */
	rest = behind(rest, 1);
	if (!word_piece(&rest, '=', &host) || rest.p == NULL ||
	    !word_piece(&rest, '=', &host) || rest.p == NULL ||
	    !word_domain(host.p, host.n) || rest.n < 2 ||
	    memchr("=-+", rest.p[0], 3) == NULL)
		return SRS_NONE;
	return buf_printf(b, "%.*s=%.*s", (int)host.n, host.p, (int)rest.n,
	    rest.p);
}

int
srs_make(struct buf *out, const struct token_keys *keys, struct slice sender,
    struct slice domain, unsigned day, size_t most)
{
	const char *at =
	    sender.n == 0 ? NULL : memrchr(sender.p, '@', sender.n);
	struct slice user, from;
	struct buf rest = { 0 };
	char h[SRS_HASH_LEN], kind;
	int r;

	if (at == NULL || keys->n == 0)
		return 0;
	user = (struct slice){ sender.p, (size_t)(at - sender.p) };
	from = behind(sender, user.n + 1);
	if (!is_plain(user) || !word_domain(from.p, from.n))
		return 0;
	r = put_rest(&rest, user, from, day, &kind);
	if (r == 0 && TAG_LEN + 1 + SRS_HASH_LEN + 1 + buf_len(&rest) <= most &&
	    hash(&keys->key[0], kind, buf_data(&rest), buf_len(&rest), h) == 0)
		r = buf_printf(out, "SRS%c=%.*s=%.*s@%.*s", kind, SRS_HASH_LEN,
			h, (int)buf_len(&rest), buf_data(&rest), (int)domain.n,
			domain.p) == -1
		    ? -1
		    : 1;
	else if (r == SRS_NONE)
		r = 0;
	buf_free(&rest);
	return r;
}

/* taking */

/* made with one of the keys */
static int
is_ours(const struct token_keys *keys, char kind, struct slice h,
    struct slice rest)
{
	char mine[SRS_HASH_LEN], lower[SRS_HASH_LEN];
	unsigned i;
	int good = 0;

	if (h.n != SRS_HASH_LEN)
		return 0;
	ascii_lower_copy(lower, h.p, h.n);
	for (i = 0; i < keys->n; i++)
		good |= hash(&keys->key[i], kind, rest.p, rest.n, mine) == 0 &&
		    digest_equal(mine, lower, SRS_HASH_LEN);
	return good;
}

/* TT=domain=user; made tomorrow by another's clock is good, too */
static int
take_first(struct buf *out, struct slice rest, unsigned today, unsigned days)
{
	struct slice stamp, host;
	char lower[STAMP_LEN];
	uint64_t day;
	unsigned age;

	word_piece(&rest, '=', &stamp);
	if (stamp.n != STAMP_LEN || rest.p == NULL)
		return SRS_FORGED;
	ascii_lower_copy(lower, stamp.p, STAMP_LEN);
	word_piece(&rest, '=', &host);
	if (tokenhash_get32(lower, STAMP_LEN, &day) == -1 || rest.p == NULL ||
	    !word_domain(host.p, host.n) || !is_plain(rest))
		return SRS_FORGED;
	age = (today % STAMPS + STAMPS - (unsigned)day) % STAMPS;
	if (age > days && age != STAMPS - 1)
		return SRS_EXPIRED;
	return buf_printf(out, "%.*s@%.*s", (int)rest.n, rest.p, (int)host.n,
		   host.p) == -1
	    ? -1
	    : SRS_GOOD;
}

/* relay, and the SRS0 it has made from its separator on */
static int
take_second(struct buf *out, struct slice rest)
{
	struct slice host;

	word_piece(&rest, '=', &host);
	if (rest.p == NULL || rest.n < 2 || !word_domain(host.p, host.n) ||
	    memchr("=-+", rest.p[0], 3) == NULL || !is_plain(rest))
		return SRS_FORGED;
	return buf_printf(out, "SRS0%.*s@%.*s", (int)rest.n, rest.p,
		   (int)host.n, host.p) == -1
	    ? -1
	    : SRS_GOOD;
}

int
srs_take(struct buf *out, const struct token_keys *keys, struct slice local,
    unsigned today, unsigned days)
{
	char kind = kind_of(local);
	struct slice rest, h;

	if (kind == 0)
		return SRS_NONE;
	rest = behind(local, TAG_LEN + 1);
	word_piece(&rest, '=', &h);
	if (rest.p == NULL || rest.n == 0 || !is_ours(keys, kind, h, rest))
		return SRS_FORGED;
	return kind == '0' ? take_first(out, rest, today, days)
			   : take_second(out, rest);
}
