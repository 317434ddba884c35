/* ship-syslog - a link of log-ship: events as syslog or GELF */
#include "base/die.h"
#include "base/exit.h"
#include "ship/linkargs.h"
#include "ship/linkurl.h"
#include "ship/shiplink.h"
#include "ship/syslogsink.h"
#include <string.h>
#include <unistd.h>

static const char usage[] = "ship-syslog syslog | gelf url [key=value ...]";

/* numbers of RFC 5424 section 6.2.1 of the words of the key */
static const unsigned facilities[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16,
	17, 18, 19, 20, 21, 22, 23 };

static const struct {
	const char *scheme, *port;
	int datagrams, tls, gelf;
} schemes[] = {
	{ "udp", "514", 1, 0, 0 },
	{ "tcp", "601", 0, 0, 0 },
	{ "tls", "6514", 0, 1, 0 },
	{ "gelf+udp", "12201", 1, 0, 1 },
	{ "gelf+tcp", "12201", 0, 0, 1 },
};

static void
place(struct syslogsink *s, struct shipurl *u, const char *text)
{
	size_t i = 0;

	linkurl_host(u, text);
	if (u->path != NULL)
		linkurl_none(text);
	/* the kind has no other schemes */
	while (strcmp(schemes[i].scheme, u->scheme) != 0)
		i++;
	s->to.host = u->host;
	s->to.port = u->port[0] == '\0' ? schemes[i].port : u->port;
	s->to.datagrams = schemes[i].datagrams;
	s->to.tls = schemes[i].tls;
	s->gelf = schemes[i].gelf;
}

static const char *
own_host(void)
{
	static char name[SYSLOGLINE_HOST_MAX + 1];

	if (gethostname(name, sizeof name - 1) == -1)
		die(EXIT_TEMP, "unable to learn this host's name: %m");
	return name;
}

static void
keys_of(struct syslogsink *s, const struct shipkeys *k)
{
	linkargs_tls(&s->to, k);
	s->form.host = shipkeys_text(k, "host");
	if (s->form.host == NULL)
		s->form.host = own_host();
	s->form.facility = facilities[shipkeys_num(k, "facility")];
	s->form.app = shipkeys_text(k, "app-name");
	s->form.format = (enum syslogline_format)shipkeys_num(k, "format");
	s->framing = s->gelf
	    ? SYSLOGSINK_NUL
	    : (enum syslogsink_framing)shipkeys_num(k, "framing");
	s->size = shipkeys_num(k, "size");
	s->chunk = shipkeys_num(k, "chunk");
	s->finish = shipkeys_num(k, "confirm") == 0;
	s->connect_ms = (int64_t)shipkeys_num(k, "connect-timeout");
	s->timeout_ms = (int64_t)shipkeys_num(k, "timeout");
}

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = syslogsink_take };
	static struct shipurl url;
	struct syslogsink sink = { 0 };
	struct shipkeys keys;
	int status;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	place(&sink, &url, keys.place);
	keys_of(&sink, &keys);
	syslogsink_begin(&sink);
	status = shiplink_run(&ops, &sink);
	syslogsink_end(&sink);
	return status;
}
