/* ship-redis - a link of log-ship: events into a stream of Redis */
#include "base/die.h"
#include "base/num.h"
#include "ship/linkargs.h"
#include "ship/linkurl.h"
#include "ship/redissink.h"
#include "ship/shiplink.h"
#include <string.h>

static const char usage[] = "ship-redis redis url [key=value ...]";

/* redis://HOST[:PORT][/DB], rediss:// of that form, unix:///PATH */
static void
place(struct redissink *s, struct shipurl *u, const char *text)
{
	uint64_t db;

	linkurl(u, text);
	if (strcmp(u->scheme, "unix") == 0) {
		if (u->host[0] != '\0' || u->path == NULL || u->path[0] == '\0')
			linkurl_none(text);
		s->to.path = text + strlen("unix://");
		return;
	}
	if (u->host[0] == '\0')
		linkurl_none(text);
	s->to.host = u->host;
	s->to.port = u->port[0] == '\0' ? "6379" : u->port;
	s->to.tls = strcmp(u->scheme, "rediss") == 0;
	if (u->path == NULL || u->path[0] == '\0')
		return;
	if (num_scans(u->path, 0, 65535, &db) == -1)
		linkurl_none(text);
	s->db = u->path;
}

static void
keys_of(struct redissink *s, const struct shipkeys *k)
{
	linkargs_tls(&s->to, k);
	s->stream = shipkeys_text(k, "stream");
	s->maxlen = shipkeys_text(k, "maxlen");
	s->format = (enum redissink_format)shipkeys_num(k, "format");
	s->replicas = shipkeys_num(k, "replicas");
	s->connect_ms = (int64_t)shipkeys_num(k, "connect-timeout");
	s->timeout_ms = (int64_t)shipkeys_num(k, "timeout");
}

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = redissink_take };
	static struct linkargs_user user;
	static struct shipurl url;
	struct redissink sink = { 0 };
	struct shipkeys keys;
	int status;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	place(&sink, &url, keys.place);
	keys_of(&sink, &keys);
	linkargs_need_user(&user, &keys);
	sink.user = user.name;
	sink.password = user.password;
	redissink_begin(&sink);
	status = shiplink_run(&ops, &sink);
	redissink_end(&sink);
	return status;
}
