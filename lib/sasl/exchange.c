#include "sasl/exchange.h"
#include "base/base64.h"
#include "sasl/plain.h"
#include <string.h>

/*
 *            begin, with response  without      more
 *  PLAIN     CHECK                 SAY ""       CHECK
 *  LOGIN     SAY "Password:"       SAY "User.." PASSWORD, then CHECK
 *  SCRAM     KEYS, then FINAL      SAY ""       KEYS, then FINAL
 *  FINAL     the client's proof: PROOF, then SAY, then LAST
 *  LAST      an empty answer: GOOD
 */
enum { FIRST, NAME, PASSWORD, FINAL, LAST };

const char *const exchange_names[EXCHANGE_MECHS] = { "PLAIN", "LOGIN",
	"SCRAM-SHA-256" };

static enum exchange_want
say(struct exchange *x, unsigned char state, const char *b64)
{
	x->state = state;
	buf_clear(&x->out);
	return buf_puts(&x->out, b64) == -1 ? EXCHANGE_LATER : EXCHANGE_SAY;
}

/* a SCRAM message, in base64 */
static enum exchange_want
say_bytes(struct exchange *x, unsigned char state, const struct buf *b)
{
	x->state = state;
	buf_clear(&x->out);
	return base64_put(&x->out, buf_data(b), buf_len(b)) == -1
	    ? EXCHANGE_LATER
	    : EXCHANGE_SAY;
}

static int
set_name(struct exchange *x, struct slice name)
{
	if (!saslname_login_ok(name.p, name.n))
		return -1;
	memcpy(x->name, name.p, name.n);
	x->name[name.n] = '\0';
	x->name_len = name.n;
	return 0;
}

static enum exchange_want
check(struct exchange *x, struct slice password)
{
	if (password.n == 0)
		return EXCHANGE_WRONG;
	if (buf_reserve(&x->password, password.n) == -1)
		return EXCHANGE_LATER;
	buf_put(&x->password, password.p, password.n);
	return EXCHANGE_CHECK;
}

static enum exchange_want
on_plain(struct exchange *x, const struct buf *in)
{
	struct plain m;

	if (plain_parse(&m, buf_data(in), buf_len(in)) == -1 ||
	    set_name(x, m.name) == -1)
		return EXCHANGE_WRONG;
	return check(x, m.password);
}

static enum exchange_want
on_login(struct exchange *x, const struct buf *in)
{
	struct slice s = { buf_data(in), buf_len(in) };

	if (x->state == PASSWORD)
		return memchr(s.p, '\0', s.n) != NULL ? EXCHANGE_WRONG
						      : check(x, s);
	/* a name that is none is told as late as a wrong password */
	if (set_name(x, s) == -1)
		x->name_len = 0;
	return say(x, PASSWORD, PLAIN_LOGIN_PASSWORD);
}

static enum exchange_want
refused(enum scram_step step)
{
	return step == SCRAM_MEMORY ? EXCHANGE_LATER : EXCHANGE_WRONG;
}

static enum exchange_want
on_scram_proof(struct exchange *x, const struct buf *in)
{
	struct buf out = { 0 };
	enum scram_step step =
	    scram_final(&x->scram, buf_data(in), buf_len(in), &out);

	x->proved =
	    step == SCRAM_SAY ? say_bytes(x, LAST, &out) : refused(step);
	buf_free(&out);
	return EXCHANGE_PROOF;
}

static enum exchange_want
on_scram(struct exchange *x, const struct buf *in)
{
	struct scram *s = &x->scram;
	enum scram_step step;

	if (x->state == LAST)
		return buf_len(in) == 0 ? EXCHANGE_GOOD : EXCHANGE_WRONG;
	if (x->state == FINAL)
		return on_scram_proof(x, in);
	step = scram_first(s, buf_data(in), buf_len(in));
	/* for the log, whoever he wants to be */
	if (step != SCRAM_BAD)
		set_name(x, (struct slice){ s->name, s->name_len });
	return step == SCRAM_ASK_KEYS ? EXCHANGE_KEYS : refused(step);
}

enum exchange_want
exchange_more(struct exchange *x, const char *b64, size_t n)
{
	struct buf in = { 0 };
	enum exchange_want r = EXCHANGE_WRONG;
	long len;

	/* all room at once */
	if (buf_reserve(&in, n + 1) == -1)
		return EXCHANGE_LATER;
	len = base64_get(b64, n, buf_tail(&in), n);
	if (len != -1) {
		buf_added(&in, len);
		r = x->mech == EXCHANGE_PLAIN   ? on_plain(x, &in)
		    : x->mech == EXCHANGE_LOGIN ? on_login(x, &in)
						: on_scram(x, &in);
	}
	buf_wipe(&in);
	return x->name_len == 0 && r == EXCHANGE_CHECK ? EXCHANGE_WRONG : r;
}

enum exchange_want
exchange_begin(struct exchange *x, enum exchange_mech mech, const char *resp,
    size_t n, int has_resp)
{
	x->mech = (unsigned char)mech;
	x->state = mech == EXCHANGE_LOGIN ? NAME : FIRST;
	if (has_resp)
		return exchange_more(x, resp, n);
	return say(x, x->state, mech == EXCHANGE_LOGIN ? PLAIN_LOGIN_NAME : "");
}

enum exchange_want
exchange_checked(struct exchange *x, int right)
{
	buf_wipe(&x->password);
	return right == -1 ? EXCHANGE_LATER
	    : right == 1   ? EXCHANGE_GOOD
			   : EXCHANGE_WRONG;
}

enum exchange_want
exchange_keys(struct exchange *x, const struct scram_keys *keys,
    const char *nonce)
{
	struct buf out = { 0 };
	enum exchange_want r = EXCHANGE_LATER;

	if (keys != NULL &&
	    scram_challenge(&x->scram, keys, nonce, &out) == SCRAM_SAY)
		r = say_bytes(x, FINAL, &out);
	buf_free(&out);
	return r;
}

enum exchange_want
exchange_proved(const struct exchange *x)
{
	return x->proved;
}

void
exchange_free(struct exchange *x)
{
	buf_wipe(&x->password);
	buf_wipe(&x->out);
	scram_free(&x->scram);
	explicit_bzero(x, sizeof *x);
}
