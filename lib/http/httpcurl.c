#include "http/httpcurl.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <curl/curl.h>

void
httpcurl_begin(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		die(EXIT_TEMP, "libcurl is broken");
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct httpcurl_taken *t = arg;

	(void)p;
	t->header += size * n;
	return t->header > HTTPCURL_HEADER_MAX ? 0 : size * n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct httpcurl_taken *t = arg;
	size_t room = t->most - buf_len(&t->body);

	n *= size;
	if (n > room)
		t->full = 1;
	needs(buf_put(&t->body, p, n > room ? room : n));
	return t->full ? 0 : n;
}

void
httpcurl_take(void *e, struct httpcurl_taken *t)
{
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
}

void
httpcurl_strict(void *e, const char *schemes)
{
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, schemes);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, NULL);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "rohrpost");
}

void
httpcurl_tls(void *e, const char *cafile)
{
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_CAINFO, cafile);
}

long
httpcurl_ms(int64_t ms)
{
	int n = clock_factor() > 1 ? clock_factor() : 1;

	return (long)(ms / n > 0 ? ms / n : 1);
}
