/* ship-amqp - a link of log-ship: events as messages of AMQP 0-9-1 */
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "ship/amqpsink.h"
#include "ship/linkargs.h"
#include "ship/linkurl.h"
#include "ship/routingkey.h"
#include "ship/shiplink.h"
#include <string.h>

static const char usage[] = "ship-amqp amqp url [key=value ...]";

enum { PORT = 5672, TLS_PORT = 5671 };

/* amqp://HOST[:PORT][/VHOST], amqps:// */
static void
place(struct amqpsink *s, struct shipurl *u, const char *text)
{
	uint64_t port;

	linkurl_host(u, text);
	s->to.host = u->host;
	s->to.tls = strcmp(u->scheme, "amqps") == 0;
	s->port = s->to.tls ? TLS_PORT : PORT;
	if (u->port[0] != '\0' && num_scans(u->port, 1, 65535, &port) == 0)
		s->port = (int)port;
	s->vhost = u->path == NULL ? "/" : u->path;
}

static void
keys_of(struct amqpsink *s, const struct shipkeys *k)
{
	linkargs_tls(&s->to, k);
	s->exchange = shipkeys_text(k, "exchange");
	s->key = shipkeys_text(k, "routing-key");
	s->json = shipkeys_num(k, "format") == 0;
	s->persistent = shipkeys_num(k, "persistent") == 1;
	s->mandatory = shipkeys_num(k, "mandatory") == 1;
	s->connect_ms = (int64_t)shipkeys_num(k, "connect-timeout");
	s->timeout_ms = (int64_t)shipkeys_num(k, "timeout");
	if (!routingkey_ok(s->key))
		die(EXIT_PERM, "routing-key: a brace that is none of a label");
	if (strlen(s->exchange) > ROUTINGKEY_MAX)
		die(EXIT_PERM, "exchange: longer than %d bytes",
		    ROUTINGKEY_MAX);
}

int
main(int argc, char **argv)
{
	struct shiplink_ops ops = { .take = amqpsink_take,
		.idle = amqpsink_idle };
	static struct linkargs_user user;
	static struct shipurl url;
	struct amqpsink sink = { 0 };
	struct shipkeys keys;
	int status;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	place(&sink, &url, keys.place);
	keys_of(&sink, &keys);
	linkargs_need_user(&user, &keys);
	sink.user = user.name == NULL ? "guest" : user.name;
	sink.password = user.name == NULL ? "guest" : user.password;
	ops.idle_ms = amqpsink_idle_ms(&sink);
	status = shiplink_run(&ops, &sink);
	amqpsink_end(&sink);
	return status;
}
