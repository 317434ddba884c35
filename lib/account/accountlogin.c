#include "account/accountlogin.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/ip.h"
#include "sasl/logintable.h"
#include <stdlib.h>
#include <string.h>

struct attempt {
	struct hashers_question h; /* first */
	struct accountlogin *all;
	struct list_node line;
	struct loop_timer timer;
	accountlogin_answered *answered;
	void *arg;
	unsigned char ip[IP_LEN];
	unsigned char key[DIGEST_LEN];
	char hash[PWHASH_TEXT_MAX];
	unsigned nobody : 1;
	size_t n_password;
	char password[ACCOUNTWIRE_PASSWORD_MAX + 1];
	size_t n_name;
	char name[ACCOUNTWIRE_USER_MAX + 1]; /* in small letters */
};

static void
set_ip(unsigned char out[IP_LEN], struct slice text)
{
	unsigned char ip[IP_LEN];
	size_t n = text.n == 0 ? 0 : ip_scan(text.p, text.n, ip);

	memset(out, 0, IP_LEN);
	if (n > 0)
		ip_map(out, ip, n);
}

static void
on_sum(void *arg)
{
	struct accountlogin *l = arg;
	unsigned char ip[IP_LEN];
	unsigned most, n = guesses_sum(&l->guesses, &most, ip);
	char t[IP_TEXT];

	info("%u wrong credentials in a minute, %u of %s, the most of one", n,
	    most, ip_text(ip, ip_unmap(ip, IP_LEN), t));
}

static void
count_wrong(struct accountlogin *l, const struct guesses_who *w)
{
	guesses_wrong(&l->guesses, w, clock_mono_ms());
	if (!loop_timer_active(&l->sum))
		loop_timer_set(&l->sum, ACCOUNTLOGIN_SUM_MS, on_sum, l);
}

static struct guesses_who
who(const struct attempt *a)
{
	struct guesses_who w = { .login = a->name, .n = a->n_name };

	memcpy(w.ip, a->ip, sizeof w.ip);
	return w;
}

static void
end(struct attempt *a, enum accountlogin_verdict v,
    const struct account_found *f)
{
	accountlogin_answered *answered = a->answered;
	void *arg = a->arg;

	list_remove(&a->all->waiting, &a->line);
	a->all->n_waiting--;
	loop_timer_stop(&a->timer);
	explicit_bzero(a, sizeof *a);
	free(a);
	answered(arg, v, f);
}

/* he is who he says, and what is known of him may have changed meanwhile */
static void
end_right(struct attempt *a)
{
	static struct account_found f;
	struct guesses_who w = who(a);
	int r = accountfind_user(a->all->db,
	    (struct slice){ a->name, a->n_name }, &f);

	guesses_good(&a->all->guesses, &w, clock_mono_ms());
	if (r == 1 && strcmp(f.hash, a->hash) == 0) {
		authcache_add(&a->all->cache, a->key, clock_mono_ms());
		end(a, ACCOUNTLOGIN_RIGHT, &f);
	} else {
		end(a, ACCOUNTLOGIN_LATER, NULL);
	}
}

static void
on_compared(struct hashers_question *h, int right)
{
	struct attempt *a = (struct attempt *)h;
	struct guesses_who w = who(a);

	if (right == 1 && !a->nobody) {
		end_right(a);
		return;
	}
	if (right != -1)
		count_wrong(a->all, &w);
	end(a, right == -1 ? ACCOUNTLOGIN_LATER : ACCOUNTLOGIN_WRONG, NULL);
}

/* when it may begin: nobody is told by time whether there is such a user */
static void
on_begin(void *arg)
{
	static struct account_found f;
	struct attempt *a = arg;
	struct slice name = { a->name, a->n_name };
	struct slice password = { a->password, a->n_password };
	int r = accountfind_user(a->all->db, name, &f);

	if (r == -1) {
		end(a, ACCOUNTLOGIN_LATER, NULL);
		return;
	}
	a->nobody = r == 0 || f.hash[0] == '\0';
	memcpy(a->hash, a->nobody ? logintable_nobody : f.hash,
	    a->nobody ? strlen(logintable_nobody) + 1 : sizeof f.hash);
	authcache_key(&a->all->cache, a->name,
	    (struct slice){ a->hash, strlen(a->hash) }, password, a->key);
	if (!a->nobody &&
	    authcache_has(&a->all->cache, a->key, clock_mono_ms())) {
		end_right(a);
		return;
	}
	a->h.hash = a->hash;
	a->h.password = password;
	a->h.done = on_compared;
	hashers_ask(&a->all->hashers, &a->h);
}

/* how many of this address wait; IPv6 with all of its /64 */
static unsigned
of_address(const struct attempt *a)
{
	size_t n = ip_is_mapped(a->ip) ? 16 : 8;
	struct list_node *i;
	unsigned u = 0;

	for (i = a->all->waiting.first; i != NULL; i = i->next)
		u +=
		    memcmp(LIST_OF(i, struct attempt, line)->ip, a->ip, n) == 0;
	return u;
}

/* there is no room for one more that waits; it is in the list itself */
static int
is_crowded(const struct attempt *a, const struct guesses_who *w, int64_t now)
{
	static const unsigned char unknown[IP_LEN];

	return a->all->n_waiting > ACCOUNTLOGIN_WAIT_MAX ||
	    (memcmp(a->ip, unknown, IP_LEN) != 0 &&
		!guesses_known(&a->all->guesses, w, now) &&
		of_address(a) > ACCOUNTLOGIN_ADDRESS_MAX);
}

void
accountlogin_ask(struct accountlogin *l, struct slice name,
    struct slice password, struct slice ip, accountlogin_answered *answered,
    void *arg)
{
	struct attempt *a = need(calloc(1, sizeof *a));
	int64_t now = clock_mono_ms(), at = -1;
	struct guesses_who w;

	a->all = l;
	a->answered = answered;
	a->arg = arg;
	set_ip(a->ip, ip);
	a->n_name = name.n > ACCOUNTWIRE_USER_MAX ? 0 : name.n;
	ascii_lower_copy(a->name, name.p, a->n_name);
	a->n_password = password.n > ACCOUNTWIRE_PASSWORD_MAX ? 0 : password.n;
	if (a->n_password > 0)
		memcpy(a->password, password.p, a->n_password);
	list_append(&l->waiting, &a->line);
	l->n_waiting++;
	w = who(a);
	if (a->n_name == 0 || a->n_password == 0) {
		end(a, ACCOUNTLOGIN_WRONG, NULL);
		return;
	}
	if (!is_crowded(a, &w, now))
		at = guesses_begin(&l->guesses, &w, now,
		    ACCOUNTLOGIN_PUT_OFF_MS);
	if (at == -1)
		end(a, ACCOUNTLOGIN_SLOW, NULL);
	else if (at > now)
		loop_timer_set(&a->timer, at - now, on_begin, a);
	else
		on_begin(a);
}

int
accountlogin_wrong(struct accountlogin *l, struct slice name, struct slice ip)
{
	char lower[ACCOUNTWIRE_USER_MAX];
	struct guesses_who w = { .login = lower };
	int64_t now = clock_mono_ms();

	w.n = name.n > sizeof lower ? sizeof lower : name.n;
	ascii_lower_copy(lower, name.p, w.n);
	set_ip(w.ip, ip);
	if (guesses_begin(&l->guesses, &w, now, 0) == -1)
		return 0;
	count_wrong(l, &w);
	return 1;
}

void
accountlogin_open(struct accountlogin *l, unsigned n)
{
	l->cache.keep_ms = ACCOUNTLOGIN_KEEP_MS;
	hashers_init(&l->hashers, n);
}

void
accountlogin_stop(struct accountlogin *l)
{
	if (loop_timer_active(&l->sum)) {
		loop_timer_stop(&l->sum);
		on_sum(l);
	}
	hashers_stop(&l->hashers);
	guesses_free(&l->guesses);
}
