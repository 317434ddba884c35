/* which URLs are ones of HTTPS, and whose */
#include "http/httpsurl.h"
#include "tap.h"

static const struct {
	const char *url, *host;
	unsigned port;
	const char *path;
} good[] = {
	{ "https://example.net", "example.net", 443, "" },
	{ "https://Example.NET.", "example.net", 443, "" },
	{ "HTTPS://example.net/", "example.net", 443, "/" },
	{ "https://example.net:8443/v1/report?x=1&y", "example.net", 8443,
	    "/v1/report?x=1&y" },
	{ "https://example.net?x", "example.net", 443, "?x" },
	{ "https://example.net/a#part", "example.net", 443, "/a" },
	{ "https://example.net#part", "example.net", 443, "" },
	{ "https://mta-sts.xn--bcher-kva.example/a@b:c",
	    "mta-sts.xn--bcher-kva.example", 443, "/a@b:c" },
	{ "https://localhost:1", "localhost", 1, "" },
	{ "https://a_b.example:65535/", "a_b.example", 65535, "/" },
};

static const char *const bad[] = {
	"",
	"https://",
	"https:///",
	"https://:443/",
	"http://example.net/",
	"mailto:x@example.net",
	"example.net",
	"https:example.net",
	"https://user@example.net/",
	"https://user:word@example.net/",
	"https://127.0.0.1/",
	"https://2130706433/",
	"https://0x7f000001/",
	"https://0177.1/",
	"https://[::1]/",
	"https://example.net:/",
	"https://example.net:0/",
	"https://example.net:65536/",
	"https://example.net:44x/",
	"https://example..net/",
	"https://.example.net/",
	"https://example.net../",
	"https://exam ple.net/",
	"https://example.net/a b",
	"https://example.net/a\tb",
	"https://example.net/a\r\nHost: x",
	"https://example.net/\xc3\xbc",
	"https://\xc3\xbc.example/",
	"https://example.net\\@other.example/",
	"https://example.net%2f@other.example/",
};

static void
lengths(void)
{
	static char url[2 * HTTPSURL_MAX];
	struct httpsurl u;
	size_t n = strlen("https://");

	memset(url, 'a', sizeof url);
	memcpy(url, "https://", n);
	url[n + 63] = '.';
	is_num(httpsurl_scan(url, n + 66, &u), 0, "a label of 63 bytes");
	url[n + 63] = 'a';
	url[n + 64] = '.';
	is_num(httpsurl_scan(url, n + 66, &u), -1, "of 64");
	for (n = 8 + 50; n < 8 + 253; n += 51)
		url[n] = '.';
	url[8 + 64] = 'a';
	is_num(httpsurl_scan(url, 8 + WORD_DOMAIN_MAX, &u), 0,
	    "a name of 253 bytes");
	is_num(strlen(u.host), WORD_DOMAIN_MAX, "is whole");
	is_num(httpsurl_scan(url, 8 + WORD_DOMAIN_MAX + 1, &u), -1, "of 254");
	url[8 + 253] = '/';
	is_num(httpsurl_scan(url, HTTPSURL_MAX, &u), 0, "the longest URL");
	is_num(httpsurl_scan(url, HTTPSURL_MAX + 1, &u), -1,
	    "one that is longer");
}

int
main(void)
{
	struct httpsurl u;
	char path[100];
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		is_num(httpsurl_scan(good[i].url, strlen(good[i].url), &u), 0,
		    good[i].url);
		is_str(u.host, good[i].host, "its host");
		is_num(u.port, good[i].port, "its port");
		snprintf(path, sizeof path, "%.*s", (int)u.path.n, u.path.p);
		is_str(path, good[i].path, "what is asked for");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(httpsurl_scan(bad[i], strlen(bad[i]), &u), -1, bad[i]);
	lengths();
	return done();
}
