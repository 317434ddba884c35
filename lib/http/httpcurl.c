#include "http/httpcurl.h"
#include "base/clock.h"
#include <curl/curl.h>

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
