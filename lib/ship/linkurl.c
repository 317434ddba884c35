#include "ship/linkurl.h"
#include "base/die.h"
#include "base/exit.h"

void
linkurl_none(const char *text)
{
	die(EXIT_PERM, "%s: not a URL", text);
}

void
linkurl(struct shipurl *u, const char *text)
{
	if (shipurl_parse(u, text) == -1)
		linkurl_none(text);
}

void
linkurl_host(struct shipurl *u, const char *text)
{
	linkurl(u, text);
	if (u->host[0] == '\0')
		linkurl_none(text);
}
