#include "sasl/authattempt.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/ip.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

/*
 *	TURN     the client's: he is to say more
 *	PUT_OFF  a guess waits until it may begin
 *	ASKED    whose password is compared
 */
enum state { TURN, PUT_OFF, ASKED };

struct attempt {
	struct authserver_question q; /* first */
	struct authserver *server;
	struct authserver_conn *conn; /* NULL: the client has gone */
	struct list_node in_conn, in_waiting, in_resting;
	struct loop_timer timer;
	struct exchange x;
	enum exchange_want want; /* of what is put off */
	unsigned char ip[16];
	char login[SASLNAME_LOGIN_MAX + 1]; /* for guesses: in small letters */
	uint32_t id;
	enum state state;
	unsigned rests : 1;    /* he was asked, and has not answered */
	unsigned stranger : 1; /* waits, and is not known at his address */
	unsigned off : 1; /* he may not log in, which who knows the password
			   * is told */
};

static void go_on(struct attempt *, enum exchange_want);

static struct attempt *
in_conn(struct list_node *n)
{
	return LIST_OF(n, struct attempt, in_conn);
}

static struct guesses_who
who(struct attempt *a)
{
	struct guesses_who w = { .login = a->login, .n = strlen(a->x.name) };

	ascii_lower_copy(a->login, a->x.name, w.n + 1);
	memcpy(w.ip, a->ip, sizeof w.ip);
	return w;
}

/* one that waits no more for its turn, nor for an answer */
static void
leave_waiting(struct attempt *a)
{
	if (a->state == TURN)
		return;
	list_remove(&a->server->waiting, &a->in_waiting);
	a->server->n_waiting--;
	a->server->n_strangers -= a->stranger;
	a->stranger = 0;
	a->state = TURN;
}

/* he is asked, or has answered */
static void
set_rests(struct attempt *a, int rests)
{
	if (a->rests)
		list_remove(&a->server->resting, &a->in_resting);
	if (rests)
		list_append(&a->server->resting, &a->in_resting);
	a->rests = rests != 0;
}

static void
release(struct attempt *a)
{
	struct authserver_conn *c = a->conn;

	leave_waiting(a);
	set_rests(a, 0);
	loop_timer_stop(&a->timer);
	exchange_free(&a->x);
	if (c != NULL)
		list_remove(&c->attempts, &a->in_conn);
	a->server->n_open--;
	free(a);
	if (c != NULL && c->attempts.first == NULL)
		c->idle(c);
}

/* the client has gone; a password that is being compared still counts */
static void
drop(struct attempt *a)
{
	struct authserver_conn *c = a->conn;

	if (a->state != ASKED) {
		release(a);
		return;
	}
	list_remove(&c->attempts, &a->in_conn);
	a->conn = NULL;
	if (c->attempts.first == NULL)
		c->idle(c);
}

/* what is said */

static struct buf *
begin(struct attempt *a, const char *command)
{
	struct buf *b = NULL;

	if (a->conn != NULL)
		b = authconn_out(&a->conn->c, AUTHWIRE_LINE_MAX);
	if (b != NULL && authwire_begin(b, command, a->id) == -1)
		b = NULL;
	return b;
}

static void
finish(struct attempt *a, struct buf *b)
{
	needs(buf_putc(b, '\n'));
	authconn_flush(&a->conn->c);
}

static void
say_more(struct attempt *a)
{
	struct buf *b = begin(a, "CONT");

	if (b == NULL)
		return;
	needs(authwire_put(b, "", buf_data(&a->x.out), buf_len(&a->x.out)));
	finish(a, b);
}

static void
put_user(struct buf *b, const char *name)
{
	if (name[0] != '\0')
		needs(authwire_put(b, "user=", name, strlen(name)));
}

static void
say_ok(struct attempt *a)
{
	struct buf *b = begin(a, "OK");

	if (b == NULL)
		return;
	put_user(b, a->x.name);
	finish(a, b);
}

/* word: that of old clients, with the code of new ones; NULL: none */
static void
say_fail(struct attempt *a, const char *word, const char *code)
{
	struct buf *b = begin(a, "FAIL");

	if (b == NULL)
		return;
	put_user(b, a->x.name);
	if (word != NULL) {
		needs(authwire_put(b, word, NULL, 0));
		needs(authwire_put(b, "code=", code, strlen(code)));
	}
	finish(a, b);
}

/* how it ends */

static void
on_sum(void *arg)
{
	struct authserver *s = arg;
	unsigned char ip[IP_LEN];
	char t[IP_TEXT];
	unsigned most, n = guesses_sum(&s->guesses, &most, ip);

	info("%u wrong passwords in a minute, %u of %s, the most of one", n,
	    most, ip_text(ip, ip_unmap(ip, IP_LEN), t));
}

static void
count_wrong(struct attempt *a)
{
	struct guesses_who w = who(a);

	guesses_wrong(&a->server->guesses, &w, clock_mono_ms());
	if (!loop_timer_active(&a->server->sum))
		loop_timer_set(&a->server->sum, AUTHSERVER_SUM_MS, on_sum,
		    a->server);
}

static void
end_good(struct attempt *a)
{
	struct guesses_who w = who(a);

	if (a->off) {
		say_fail(a, "user_disabled", "user_disabled");
	} else {
		guesses_good(&a->server->guesses, &w, clock_mono_ms());
		say_ok(a);
	}
	release(a);
}

static void
end_wrong(struct attempt *a)
{
	count_wrong(a);
	say_fail(a, NULL, NULL);
	release(a);
}

static void
end_later(struct attempt *a)
{
	say_fail(a, "temp", "temp_fail");
	release(a);
}

/* asking, when the guess may begin */

static void
on_turn_over(void *arg)
{
	end_later(arg);
}

static void
ask_check(struct attempt *a)
{
	struct authserver *s = a->server;

	a->state = ASKED;
	a->q.name = a->x.name;
	a->q.password =
	    (struct slice){ buf_data(&a->x.password), buf_len(&a->x.password) };
	s->ops->check(s->arg, &a->q);
}

static void
ask_keys(struct attempt *a)
{
	struct authserver *s = a->server;
	/* hexadecimal digits are printable, and no comma */
	char nonce[SCRAM_NONCE_LEN + 1];
	struct scram_keys keys;
	enum authserver_verdict v = AUTHSERVER_LATER;

	if (s->ops->keys != NULL && random_hex(nonce, SCRAM_NONCE_LEN) == 0)
		v = s->ops->keys(s->arg, a->x.name, &keys);
	a->off = v == AUTHSERVER_OFF;
	go_on(a,
	    exchange_keys(&a->x, v == AUTHSERVER_LATER ? NULL : &keys, nonce));
	explicit_bzero(&keys, sizeof keys);
}

static void
on_begin(void *arg)
{
	struct attempt *a = arg;

	if (a->want == EXCHANGE_CHECK) {
		ask_check(a);
	} else {
		leave_waiting(a);
		go_on(a, exchange_proved(&a->x));
	}
}

/* how many of this address wait; IPv6 with all of its /64 */
static unsigned
of_address(const struct attempt *a)
{
	size_t n = ip_is_mapped(a->ip) ? 16 : 8;
	struct list_node *i;
	unsigned u = 0;

	for (i = a->server->waiting.first; i != NULL; i = i->next)
		u += memcmp(LIST_OF(i, struct attempt, in_waiting)->ip, a->ip,
			 n) == 0;
	return u;
}

/* 1: there is no room for one more that waits; what strangers may not have is
 * for those that are known */
static int
is_crowded(const struct attempt *a, int stranger)
{
	static const unsigned char unknown[16];
	const struct authserver *s = a->server;

	if (s->n_waiting == AUTHSERVER_WAIT_MAX)
		return 1;
	if (!stranger)
		return 0;
	return s->n_strangers == AUTHSERVER_STRANGERS_MAX ||
	    (memcmp(a->ip, unknown, 16) != 0 &&
		of_address(a) >= AUTHSERVER_ADDRESS_MAX);
}

static void
put_off(struct attempt *a, enum exchange_want want)
{
	struct authserver *s = a->server;
	struct guesses_who w = who(a);
	int64_t now = clock_mono_ms(), at = -1;
	int stranger = !guesses_known(&s->guesses, &w, now);

	if (!is_crowded(a, stranger))
		at = guesses_begin(&s->guesses, &w, now, AUTHSERVER_PUT_OFF_MS);
	if (at == -1) {
		end_later(a);
		return;
	}
	a->want = want;
	a->state = PUT_OFF;
	a->stranger = stranger;
	list_append(&s->waiting, &a->in_waiting);
	s->n_waiting++;
	s->n_strangers += a->stranger;
	if (at > now)
		loop_timer_set(&a->timer, at - now, on_begin, a);
	else
		on_begin(a);
}

static void
go_on(struct attempt *a, enum exchange_want want)
{
	switch (want) {
	case EXCHANGE_SAY:
		set_rests(a, 1);
		loop_timer_set(&a->timer, AUTHSERVER_TURN_MS, on_turn_over, a);
		say_more(a);
		break;
	case EXCHANGE_KEYS: ask_keys(a); break;
	case EXCHANGE_CHECK:
	case EXCHANGE_PROOF: put_off(a, want); break;
	case EXCHANGE_GOOD: end_good(a); break;
	case EXCHANGE_WRONG: end_wrong(a); break;
	case EXCHANGE_LATER: end_later(a); break;
	}
}

void
authserver_answer(struct authserver *s, struct authserver_question *q,
    enum authserver_verdict v)
{
	struct attempt *a = (struct attempt *)q;

	(void)s;
	leave_waiting(a);
	a->off = v == AUTHSERVER_OFF;
	go_on(a,
	    exchange_checked(&a->x,
		v == AUTHSERVER_LATER ? -1 : v != AUTHSERVER_WRONG));
}

/* what comes */

static struct attempt *
find(struct authserver_conn *c, uint32_t id)
{
	struct list_node *n;

	for (n = c->attempts.first; n != NULL; n = n->next)
		if (in_conn(n)->id == id)
			return in_conn(n);
	return NULL;
}

static void
set_address(struct attempt *a, const struct authwire_line *l)
{
	unsigned char ip[IP_LEN];
	struct slice v;
	size_t n = 0;

	if (authwire_find(l, 3, "rip", &v))
		n = ip_scan(v.p, v.n, ip);
	if (n > 0)
		ip_map(a->ip, ip, n);
}

/* EXCHANGE_MECHS: it is not offered */
static unsigned
mech_of(const struct authserver *s, const struct authwire_line *l)
{
	unsigned m;

	for (m = 0; m < EXCHANGE_MECHS; m++)
		if (l->n > 2 && word_is(l->w[2], exchange_names[m]) &&
		    s->ops->mechs(s->arg) & 1u << m)
			break;
	return m;
}

/* there is one too many: who rests for longest gives his place; 0: nobody does */
static int
make_room(struct authserver *s)
{
	struct attempt *a =
	    LIST_OF(s->resting.first, struct attempt, in_resting);

	if (a == NULL)
		return 0;
	end_later(a);
	return 1;
}

static int
on_auth(struct authserver_conn *c, uint32_t id, const struct authwire_line *l)
{
	struct authserver *s = c->server;
	struct attempt *a;
	unsigned mech = mech_of(s, l);
	struct slice resp = { "", 0 };
	int has_resp = authwire_find(l, 3, "resp", &resp);

	if (find(c, id) != NULL)
		return -1;
	a = need(calloc(1, sizeof *a));
	a->server = s;
	a->conn = c;
	a->id = id;
	set_address(a, l);
	list_append(&c->attempts, &a->in_conn);
	s->n_open++;
	/* a mechanism may just have gone: that is nobody's mistake */
	if (mech == EXCHANGE_MECHS ||
	    (s->n_open > AUTHSERVER_OPEN_MAX && !make_room(s)))
		end_later(a);
	else
		go_on(a,
		    exchange_begin(&a->x, (enum exchange_mech)mech, resp.p,
			resp.n, has_resp));
	return 0;
}

/* 0 also when nothing is known of it: it was answered just now */
static int
on_cont(struct attempt *a, const struct authwire_line *l)
{
	struct slice said = { "", 0 };

	if (a == NULL)
		return 0;
	if (a->state != TURN)
		return -1;
	if (l->n > 2)
		said = l->w[2];
	loop_timer_stop(&a->timer);
	set_rests(a, 0);
	go_on(a, exchange_more(&a->x, said.p, said.n));
	return 0;
}

int
authattempt_line(struct authserver_conn *c, const struct authwire_line *l)
{
	struct attempt *a;
	uint32_t id;

	if (authwire_id(l, &id) == -1)
		return -1;
	if (authwire_is(l, "AUTH"))
		return on_auth(c, id, l);
	a = find(c, id);
	if (authwire_is(l, "CONT"))
		return on_cont(a, l);
	if (a != NULL)
		drop(a);
	return 0;
}

void
authattempt_drop_all(struct authserver_conn *c)
{
	while (c->attempts.first != NULL)
		drop(in_conn(c->attempts.first));
}

void
authattempt_later_all(struct authserver_conn *c)
{
	struct attempt *a;

	while ((a = in_conn(c->attempts.first)) != NULL) {
		if (a->state == ASKED) {
			say_fail(a, "temp", "temp_fail");
			drop(a);
		} else {
			end_later(a);
		}
	}
}
