#include "account/accountcheck.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

/* a password that is being compared */
struct waiting {
	struct accountcheck *c;
	accountcheck_answered *answered;
	void *arg;
	size_t n_ip;
	char ip[];
};

/* when keys were used */

static int
write_one(struct accountcheck *c, const struct accountuse_key *k)
{
	static const char sql[] =
	    "UPDATE key SET used = ?2 WHERE id = ?1 AND coalesce(used, 0) < ?2";

	accountdb_use(c->db, sql);
	accountdb_puts(c->db, k->number);
	accountdb_putnum(c->db, k->used_s);
	return accountdb_run(c->db);
}

/* some of them in one change; 1: there are more, 0: that was all, or they wait
 * for the next time */
static int
write_some(struct accountcheck *c)
{
	const struct accountuse_key *k = NULL;
	unsigned n = 0;
	int r = accountdb_begin(c->db, 0);

	while (r == 0 && n++ < ACCOUNTCHECK_WRITE_MAX &&
	    (k = accountuse_write(&c->use)) != NULL)
		if ((r = write_one(c, k)) == -1)
			accountuse_again(&c->use, k);
	if (r == 0)
		r = accountdb_commit(c->db);
	else
		accountdb_undo(c->db);
	if (r == -1 && !c->told)
		warn("unable to write when keys were used: %s", c->db->fault);
	c->told = r == -1;
	return r == 0 && k != NULL;
}

static void
on_write(void *arg)
{
	struct accountcheck *c = arg;
	int more = write_some(c);

	accountuse_tidy(&c->use, clock_wall_s());
	if (c->use.unwritten.first != NULL)
		loop_timer_set(&c->write,
		    more ? ACCOUNTCHECK_WRITE_NEXT_MS : ACCOUNTCHECK_WRITE_MS,
		    on_write, c);
}

/* it is good: may it be asked so often?  What it may is in the answer already,
 * which is another one then */
static void
use(struct accountcheck *c, const struct account_found *f,
    struct accountwire_answer *a)
{
	long wait = accountuse_take(&c->use, f->number, f->rate,
	    clock_mono_ms(), clock_wall_s());

	if (!loop_timer_active(&c->write))
		loop_timer_set(&c->write, ACCOUNTCHECK_WRITE_MS, on_write, c);
	if (wait <= 0)
		return;
	accountjudge_say(a, ACCOUNTWIRE_SLOW, "the key's rate is used up");
	a->wait_s = (unsigned)wait;
}

/* what is known of who has shown that he is it */
static void
judge(struct accountcheck *c, const struct account_found *f, struct slice ip,
    struct accountwire_answer *a)
{
	needs(accountjudge(f, clock_wall_s(), ip, a));
	if (a->status == ACCOUNTWIRE_OK && f->number[0] != '\0')
		use(c, f, a);
}

static void
say_slow(struct accountwire_answer *a)
{
	accountjudge_say(a, ACCOUNTWIRE_SLOW, "too many were wrong");
	a->wait_s = ACCOUNTLOGIN_SLOW_S;
}

static void
say_wrong(struct accountcheck *c, struct slice name, struct slice ip,
    struct accountwire_answer *a, const char *why)
{
	if (accountlogin_wrong(&c->login, name, ip))
		accountjudge_say(a, ACCOUNTWIRE_NO, why);
	else
		say_slow(a);
}

static void
say_later(struct accountcheck *c, struct accountwire_answer *a)
{
	accountjudge_say(a, ACCOUNTWIRE_LATER, c->db->fault);
}

/* keys */

static void
check_key(struct accountcheck *c, struct slice whole, struct slice ip,
    struct accountwire_answer *a)
{
	static struct account_found f;
	struct accountkey k;
	struct slice number = { k.number, ACCOUNTKEY_NUMBER };
	int r;

	if (accountkey_scan(whole.p, whole.n, &k) == -1) {
		say_wrong(c, (struct slice){ "", 0 }, ip, a, "it is no key");
		return;
	}
	r = accountfind_key(c->db, number, &f);
	if (r == -1)
		say_later(c, a);
	else if (r == 0 || !accountkey_is(&k, f.hash))
		say_wrong(c, number, ip, a,
		    r == 0 ? "there is no such key"
			   : "the key's secret is wrong");
	else
		judge(c, &f, ip, a);
	explicit_bzero(&k, sizeof k);
}

/* each nonce once, when all else is good */
static void
take_nonce(struct accountcheck *c, const struct accountwire_question *q,
    const struct account_found *f, struct accountwire_answer *a)
{
	int64_t now_s = clock_wall_s();
	int r = nonces_take(&c->nonces, q->value[ACCOUNTWIRE_KEY],
	    q->value[ACCOUNTWIRE_NONCE], now_s + 2 * ACCOUNTCHECK_SIGNED_S,
	    now_s);

	if (r == 1) {
		judge(c, f, q->value[ACCOUNTWIRE_IP], a);
	} else if (r == 0) {
		accountjudge_say(a, ACCOUNTWIRE_NO,
		    "the nonce was used before");
	} else {
		accountjudge_say(a, ACCOUNTWIRE_SLOW, "too many were signed");
		a->wait_s = ACCOUNTLOGIN_SLOW_S;
	}
}

static void
check_signed(struct accountcheck *c, const struct accountwire_question *q,
    struct accountwire_answer *a)
{
	static struct account_found f;
	struct slice number = q->value[ACCOUNTWIRE_KEY];
	struct slice ip = q->value[ACCOUNTWIRE_IP];
	const char *fault = accountjudge_signed(q, clock_wall_s(), c->began_s);
	int r = 0;

	if (fault == NULL && !accountkey_is_number(number.p, number.n))
		fault = "it is no number of a key";
	if (fault != NULL) {
		accountjudge_say(a, ACCOUNTWIRE_NO, fault);
		return;
	}
	r = accountfind_key(c->db, number, &f);
	if (r == -1)
		say_later(c, a);
	else if (r == 0 ||
	    !accountkey_signed(f.hash, q->value[ACCOUNTWIRE_SIGNED],
		q->value[ACCOUNTWIRE_SUM]))
		say_wrong(c, number, ip, a,
		    r == 0 ? "there is no such key" : "the signature is wrong");
	else
		take_nonce(c, q, &f, a);
}

/* passwords */

static void
on_login(void *arg, enum accountlogin_verdict v, const struct account_found *f)
{
	static struct accountwire_answer a;
	struct waiting *w = arg;

	memset(&a, 0, sizeof a);
	switch (v) {
	case ACCOUNTLOGIN_RIGHT:
		judge(w->c, f, (struct slice){ w->ip, w->n_ip }, &a);
		break;
	case ACCOUNTLOGIN_WRONG:
		accountjudge_say(&a, ACCOUNTWIRE_NO,
		    "the user or his password is wrong");
		break;
	case ACCOUNTLOGIN_SLOW: say_slow(&a); break;
	default:
		accountjudge_say(&a, ACCOUNTWIRE_LATER,
		    "the password cannot be compared now");
	}
	w->answered(w->arg, &a);
	free(w);
}

static void
check_password(struct accountcheck *c, const struct accountwire_question *q,
    accountcheck_answered *answered, void *arg)
{
	struct slice ip = q->value[ACCOUNTWIRE_IP];
	struct waiting *w = need(calloc(1, sizeof *w + ip.n));

	w->c = c;
	w->answered = answered;
	w->arg = arg;
	w->n_ip = ip.n;
	if (ip.n > 0)
		memcpy(w->ip, ip.p, ip.n);
	accountlogin_ask(&c->login, q->value[ACCOUNTWIRE_USER],
	    q->value[ACCOUNTWIRE_PASSWORD], ip, on_login, w);
}

/* the number of a key for a name, and the key as its password */
static int
is_key(const struct accountwire_question *q)
{
	struct slice number = q->value[ACCOUNTWIRE_USER];
	struct slice whole = q->value[ACCOUNTWIRE_PASSWORD];
	struct accountkey k;

	return accountkey_is_number(number.p, number.n) &&
	    accountkey_scan(whole.p, whole.n, &k) == 0 &&
	    memcmp(k.number, number.p, ACCOUNTKEY_NUMBER) == 0;
}

void
accountcheck_ask(struct accountcheck *c, const struct accountwire_question *q,
    accountcheck_answered *answered, void *arg)
{
	static struct accountwire_answer a;
	struct slice ip = q->value[ACCOUNTWIRE_IP];

	if (q->scheme == ACCOUNTWIRE_BASIC && !is_key(q)) {
		check_password(c, q, answered, arg);
		return;
	}
	memset(&a, 0, sizeof a);
	if (q->scheme == ACCOUNTWIRE_BEARER)
		check_key(c, q->value[ACCOUNTWIRE_KEY], ip, &a);
	else if (q->scheme == ACCOUNTWIRE_BASIC)
		check_key(c, q->value[ACCOUNTWIRE_PASSWORD], ip, &a);
	else
		check_signed(c, q, &a);
	answered(arg, &a);
}

void
accountcheck_open(struct accountcheck *c, struct accountdb *db,
    unsigned hashers)
{
	if (random_bytes(c->login.cache.secret, sizeof c->login.cache.secret) ==
		-1 ||
	    random_bytes(&c->login.guesses.seed,
		sizeof c->login.guesses.seed) == -1 ||
	    random_bytes(&c->nonces.seed, sizeof c->nonces.seed) == -1 ||
	    random_bytes(&c->use.seed, sizeof c->use.seed) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	c->db = c->login.db = db;
	c->began_s = clock_wall_s();
	accountlogin_open(&c->login, hashers);
}

void
accountcheck_stop(struct accountcheck *c)
{
	loop_timer_stop(&c->write);
	while (write_some(c))
		;
	accountlogin_stop(&c->login);
	nonces_free(&c->nonces);
	accountuse_free(&c->use);
}
