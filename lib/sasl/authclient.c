#include "sasl/authclient.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/dial.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char prefix[] = "unix:";

static void connect_later(struct authclient *);

static struct authclient_request *
of_age(struct list_node *n)
{
	return LIST_OF(n, struct authclient_request, by_age);
}

/* what is under way */

static void
forget(struct authclient *a, struct authclient_request *r)
{
	list_remove(r->thinking ? &a->thinking : &a->by_age, &r->by_age);
	byid_remove(&a->by_id, &r->by_id);
	a->open--;
	r->thinking = 0;
}

/* the end of an exchange; in the client's turn nobody waits for it */
static void
answer(struct authclient *a, struct authclient_request *r,
    enum authclient_result how, const char *text, size_t n)
{
	int told = !r->thinking;

	forget(a, r);
	if (told)
		r->done(r, how, text, n);
}

static void
say_cancel(struct authclient *a, uint32_t id)
{
	struct buf *b = NULL;

	if (a->connected)
		b = authconn_out(&a->conn, AUTHWIRE_REQUEST_MAX);
	if (b != NULL && authtalk_cancel(b, id) == 0)
		authconn_flush(&a->conn);
}

/* time */

static void on_time(void *);

static void
set_timer(struct authclient *a)
{
	const struct authclient_request *r = of_age(a->by_age.first);
	int64_t until = r == NULL ? INT64_MAX : r->until_ms, now;

	if (a->connected && !a->up && a->until_ms < until)
		until = a->until_ms;
	if (until == INT64_MAX) {
		loop_timer_stop(&a->timer);
		return;
	}
	now = clock_mono_ms();
	loop_timer_set(&a->timer, until > now ? until - now : 0, on_time, a);
}

/* the connection is of no more use */

static void
hang_up(struct authclient *a)
{
	struct authclient_request *r;

	authconn_close(&a->conn);
	a->connected = a->up = 0;
	while ((r = of_age(a->thinking.first)) != NULL)
		forget(a, r);
	while ((r = of_age(a->by_age.first)) != NULL)
		answer(a, r, AUTHCLIENT_LATER, "", 0);
	set_timer(a);
	restart_failed(&a->restart);
	connect_later(a);
}

/* a warning, but not each time that it is tried again */
static void
tell(struct authclient *a, const char *fmt, const char *why)
{
	if (seldom(&a->told, clock_mono_ms(), AUTHCLIENT_TELL_MS))
		warn(fmt, a->address, why);
}

static void
other_protocol(struct authclient *a)
{
	tell(a, "%s speaks another protocol%s", "");
	hang_up(a);
}

static void
on_time(void *arg)
{
	struct authclient *a = arg;
	struct authclient_request *r;
	int64_t now = clock_mono_ms();

	if (a->connected && !a->up && a->until_ms <= now) {
		tell(a, "no logins: %s: %s", "it does not answer");
		hang_up(a);
		return;
	}
	while ((r = of_age(a->by_age.first)) != NULL && r->until_ms <= now) {
		say_cancel(a, r->by_id.id);
		answer(a, r, AUTHCLIENT_LATER, "", 0);
	}
	set_timer(a);
}

/* what the server says */

static void
on_done(struct authclient *a)
{
	if (!a->version) {
		other_protocol(a);
		return;
	}
	a->mechs = a->coming;
	a->up = 1;
	seldom_good(&a->told);
	restart_good(&a->restart);
	set_timer(a);
}

/* before DONE; the server's other words are nothing to us */
static void
on_first(struct authclient *a, const struct authwire_line *l)
{
	if (authwire_is(l, "VERSION")) {
		a->version = l->n >= 2 && word_is(l->w[1], "1");
		if (!a->version)
			other_protocol(a);
	} else if (authwire_is(l, "MECH")) {
		authtalk_mech(&a->coming, l);
	} else if (authwire_is(l, "DONE")) {
		on_done(a);
	}
}

static void
on_more(struct authclient *a, struct authclient_request *r, const char *text)
{
	list_remove(&a->by_age, &r->by_age);
	list_append(&a->thinking, &r->by_age);
	r->thinking = 1;
	r->done(r, AUTHCLIENT_MORE, text, strlen(text));
}

static void
on_answer(struct authclient *a, struct authclient_request *r,
    const struct authwire_line *l)
{
	char text[AUTHWIRE_LINE_MAX];
	enum authtalk_answer how = authtalk_answer(l, text);

	if (how == AUTHTALK_NONE || (how == AUTHTALK_MORE && r->thinking))
		return;
	if (how == AUTHTALK_MORE) {
		on_more(a, r, text);
		return;
	}
	/* a challenge that is none: the server waits for an answer to it */
	if (authwire_is(l, "CONT"))
		say_cancel(a, r->by_id.id);
	answer(a, r, (enum authclient_result)how, text, strlen(text));
}

static void
on_line(void *arg, const struct authwire_line *l)
{
	struct authclient *a = arg;
	struct authclient_request *r;
	uint32_t id;

	if (!a->up) {
		on_first(a, l);
		return;
	}
	if (authwire_id(l, &id) == -1)
		return;
	r = (struct authclient_request *)byid_find(&a->by_id, id);
	if (r == NULL)
		return;
	on_answer(a, r, l);
	set_timer(a);
}

static void
on_ended(void *arg, int err)
{
	struct authclient *a = arg;

	if (err == EMSGSIZE)
		tell(a, "%s speaks another protocol%s", "");
	else
		tell(a, "%s has ended%s", "");
	hang_up(a);
}

static const struct authconn_ops ops = { on_line, on_ended };

/* connecting */

/* without waiting for the other end, which may wait for us */
static void
greet(struct authclient *a)
{
	struct buf *b = authconn_out(&a->conn, AUTHWIRE_REQUEST_MAX);

	if (b != NULL && authtalk_hello(b, (uint64_t)getpid()) == 0)
		authconn_flush(&a->conn);
}

static void
connect_it(void *arg)
{
	struct authclient *a = arg;
	int fd = dial_path(a->address + sizeof prefix - 1);

	if (fd == -1) {
		tell(a, "no logins: %s: %s", strerror(errno));
		restart_failed(&a->restart);
		connect_later(a);
		return;
	}
	authconn_open(&a->conn, fd, &ops, a);
	a->connected = 1;
	a->version = 0;
	memset(&a->coming, 0, sizeof a->coming);
	a->until_ms = clock_mono_ms() + AUTHCLIENT_DIAL_S * 1000;
	greet(a);
	set_timer(a);
}

static void
connect_later(struct authclient *a)
{
	restart_wait(&a->restart, connect_it, a);
}

int
authclient_init(struct authclient *a, const char *address)
{
	size_t n = strlen(address);

	memset(a, 0, sizeof *a);
	if (strncmp(address, prefix, sizeof prefix - 1) != 0 ||
	    n < sizeof prefix || n - (sizeof prefix - 1) > DIAL_PATH_MAX) {
		errno = EINVAL;
		return -1;
	}
	a->address = address;
	a->wait_ms = AUTHCLIENT_WAIT_S * 1000;
	a->conn.fd = -1;
	a->restart.first_ms = AUTHCLIENT_RETRY_MIN_MS;
	a->restart.max_ms = AUTHCLIENT_RETRY_MAX_MS;
	memcpy(a->mechs.names, "PLAIN LOGIN", 12);
	connect_later(a);
	return 0;
}

void
authclient_close(struct authclient *a)
{
	struct authclient_request *r;

	restart_stop(&a->restart);
	loop_timer_stop(&a->timer);
	authconn_close(&a->conn);
	a->connected = a->up = 0;
	while ((r = of_age(a->thinking.first)) != NULL)
		forget(a, r);
	while ((r = of_age(a->by_age.first)) != NULL)
		forget(a, r);
	byid_free(&a->by_id);
}

/* what the caller asks */

const char *
authclient_mechs(const struct authclient *a)
{
	return a->mechs.names;
}

int
authclient_has(const struct authclient *a, const char *mech, size_t n)
{
	struct slice rest = { a->mechs.names, strlen(a->mechs.names) }, m;

	while (n > 0 && word_piece(&rest, ' ', &m))
		if (ascii_same(m.p, m.n, mech, n))
			return 1;
	return 0;
}

/* room for a request with n bytes of base64 in it; NULL with errno */
static struct buf *
out_for(struct authclient *a, size_t n)
{
	struct buf *b = NULL;

	errno = n > AUTHWIRE_REQUEST_MAX ? EMSGSIZE : EAGAIN;
	/* as if each of its bytes were escaped */
	if (errno == EAGAIN && a->connected)
		b = authconn_out(&a->conn, 3 * AUTHWIRE_REQUEST_MAX);
	return b;
}

/* it was put: now it is written, and waited for */
static void
asked(struct authclient *a, struct authclient_request *r)
{
	r->thinking = 0;
	r->until_ms = clock_mono_ms() + a->wait_ms;
	list_append(&a->by_age, &r->by_age);
	authconn_flush(&a->conn);
	set_timer(a);
}

/* for one more, if need be in the place of who has had his turn for longest: no
 * other can log in while many say nothing.  0, or -1 with errno */
static int
make_room(struct authclient *a)
{
	struct authclient_request *r = of_age(a->thinking.first);

	if (a->open < AUTHCLIENT_OPEN_MAX)
		return 0;
	if (r == NULL) {
		errno = EAGAIN;
		return -1;
	}
	say_cancel(a, r->by_id.id);
	forget(a, r);
	return 0;
}

int
authclient_begin(struct authclient *a, struct authclient_request *r,
    const struct authtalk_ask *ask)
{
	size_t n = ask->resp == NULL ? 0 : ask->resp_len;
	struct buf *b = out_for(a, n);

	if (b == NULL || make_room(a) == -1 || (b = out_for(a, n)) == NULL)
		return -1;
	if (byid_add(&a->by_id, &r->by_id) == -1) {
		errno = EAGAIN;
		return -1;
	}
	if (authtalk_auth(b, r->by_id.id, ask) == -1) {
		byid_remove(&a->by_id, &r->by_id);
		errno = errno == EMSGSIZE ? EMSGSIZE : EAGAIN;
		return -1;
	}
	a->open++;
	asked(a, r);
	return 0;
}

int
authclient_more(struct authclient *a, struct authclient_request *r,
    const char *b64, size_t n)
{
	struct buf *b;
	int why;

	if (r->by_id.id == 0) {
		errno = EAGAIN;
		return -1;
	}
	b = out_for(a, n);
	if (b == NULL || authtalk_cont(b, r->by_id.id, b64, n) == -1) {
		why = errno == EMSGSIZE ? EMSGSIZE : EAGAIN;
		authclient_cancel(a, r);
		errno = why;
		return -1;
	}
	list_remove(&a->thinking, &r->by_age);
	asked(a, r);
	return 0;
}

void
authclient_cancel(struct authclient *a, struct authclient_request *r)
{
	if (r->by_id.id == 0)
		return;
	say_cancel(a, r->by_id.id);
	forget(a, r);
	set_timer(a);
}
