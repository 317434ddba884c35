#ifndef SHIP_SHIPURL_H
#define SHIP_SHIPURL_H

/*
 * Where a destination is, SCHEME://HOST[:PORT][/PATH]: a name, an IPv4 address,
 * or an IPv6 address in brackets.  Passwords do not stand in URLs, which command
 * lines show to everybody: what has an '@' is none.  Pure.
 */
enum {
	SHIPURL_SCHEME_MAX = 15, /* bytes */
	SHIPURL_HOST_MAX = 255,
	SHIPURL_PATH_MAX = 1024 /* of the path */
};

struct shipurl {
	char scheme[SHIPURL_SCHEME_MAX + 1];
	char host[SHIPURL_HOST_MAX + 1]; /* may be empty */
	char port[6];                    /* as given, or empty */
	/* behind the slash, its %HH undone; NULL: there is no slash */
	const char *path;
	char path_text[SHIPURL_PATH_MAX + 1];
};

/* 0, or -1: it is none */
int shipurl_parse(struct shipurl *, const char *text);

#endif
