#include "api/apitls.h"
#include "base/die.h"
#include "base/random.h"
#include "tls/keyclient.h"
#include "tls/sessions.h"
#include "tls/tls.h"
#include <errno.h>
#include <stdlib.h>

enum {
	NET4 = 3, /* bytes of a network, as recv/party has it */
	NET6 = 7
};

struct apitls {
	struct keyclient *key;
	struct tls_server *server;
	unsigned told : 1; /* that there is no certificate */
};

static int
begin(struct apitls *t, struct apiconn *c)
{
	int four = ip_is_mapped(c->ip);

	if (!tls_server_ready(t->server) ||
	    tls_server_start(t->server, &c->stream, c->ip + (four ? 12 : 0),
		four ? NET4 : NET6) == -1)
		return -1;
	c->over_tls = 1;
	stream_want(&c->stream, LOOP_READ);
	return 0;
}

static int
shake(struct apiconn *c)
{
	char none[1];
	ssize_t n = stream_read(&c->stream, none, 0);

	if (tls_failure(&c->stream) != TLS_FINE || n == 0 ||
	    (n == -1 && errno != EAGAIN))
		return tls_up(&c->stream) ? 1 : -1;
	return tls_up(&c->stream);
}

static void
on_changed(void *arg)
{
	struct apitls *t = arg;
	int none = identity_count(keyclient_identities(t->key)) == 0;

	if (none && !t->told)
		warn("there is no certificate: nobody can connect");
	t->told = none != 0;
}

static struct sessions *
make_sessions(void)
{
	unsigned char key[16];

	return random_bytes(key, sizeof key) == -1 ? NULL : sessions_new(key);
}

int
apitls_open(struct apiserver *s, const char *socket)
{
	static const struct apiconn_tls calls = { begin, shake };
	struct apitls *t = calloc(1, sizeof *t);
	struct sessions *sessions = make_sessions();

	if (t == NULL || sessions == NULL ||
	    (t->key = keyclient_new(socket)) == NULL ||
	    (t->server = tls_server_new(t->key, sessions, 0)) == NULL)
		return -1;
	s->tls_calls = &calls;
	s->tls = t;
	return 0;
}

void
apitls_watch(struct apiserver *s)
{
	if (s->tls != NULL)
		keyclient_watch(s->tls->key, on_changed, s->tls);
}
