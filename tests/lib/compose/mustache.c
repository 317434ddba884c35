/* mustache: templates and values, limits */
#include "compose/mustache.h"
#include "tap.h"
#include <stdlib.h>

enum { T = MUSTACHE_TEXT, H = MUSTACHE_HTML, L = MUSTACHE_LINE, STRICT = 8 };

static const struct {
	int how;
	const char *template, *values, *want; /* a fault begins with '!' */
} cases[] = {
	/* variables */
	{ T, "", "{}", "" },
	{ T, "no tags { } }} {", "{}", "no tags { } }} {" },
	{ T, "a{{x}}b", "{\"x\":\"1\"}", "a1b" },
	{ T, "{{ x }}{{\tx\n}}", "{\"x\":\"1\"}", "11" },
	{ T, "{{x}}", "{}", "" },
	{ T, "{{x}}", "{\"x\":null}", "" },
	{ T, "{{x}} {{y}} {{z}} {{t}}",
	    "{\"x\":85,\"y\":1.210,\"z\":-3,\"t\":false}", "85 1.21 -3 false" },
	{ T, "{{First name}}", "{\"First name\":\"Ann\"}", "Ann" },
	{ T, "{{x}}", "{\"x\":\"<&>\\\"'\"}", "<&>\"'" },
	{ H, "<{{x}}>", "{\"x\":\"<&>\\\"'z\"}",
	    "<&lt;&amp;&gt;&quot;&#39;z>" },
	{ H, "{{{x}}}{{&x}}{{& x }}{{{ x }}}", "{\"x\":\"<\"}", "<<<<" },
	{ H, "{{x}}", "{\"x\":\"{{y}}\",\"y\":1}", "{{y}}" },
	{ L, "{{x}}|{{{x}}}", "{\"x\":\"a\\r\\nBcc: b\"}",
	    "a  Bcc: b|a  Bcc: b" },
	{ L, "{{x}}", "{\"x\":\"<&>\"}", "<&>" },
	{ T, "{{x}}", "{\"x\":{}}", "!{{x}}: is no text" },
	{ T, "{{x.y}}", "{\"x\":{\"y\":[]}}", "!{{x.y}}: is no text" },
	{ T | STRICT, "{{x.y}}", "{\"x\":{}}", "!{{x.y}}: is not there" },
	{ T | STRICT, "{{#x}}a{{/x}}{{^x}}b{{/x}}", "{}", "b" },
	{ T | STRICT, "{{x}}", "{\"x\":null}", "" },
	/* names with dots */
	{ T, "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":7}}}", "7" },
	{ T, "{{a.b}}{{a.x}}{{x.a}}", "{\"a\":{\"b\":1}}", "1" },
	{ T, "{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"no\"}}",
	    "" },
	{ T, "{{#a.b}}{{c}}{{/a.b}}", "{\"a\":{\"b\":{\"c\":1}}}", "1" },
	/* sections */
	{ T, "{{#x}}yes{{/x}}", "{\"x\":true}", "yes" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":false}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":null}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":\"\"}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":0}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":[]}", "no" },
	{ T, "{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":{}}", "yes" },
	{ T, "{{#x}}{{.}} times{{/x}}", "{\"x\":3}", "3 times" },
	{ T, "{{#x}}{{y}}{{z}}{{/x}}", "{\"x\":{\"y\":1},\"y\":2,\"z\":3}",
	    "13" },
	{ T, "{{#x}}({{.}}){{/x}}", "{\"x\":[1,\"b\",2.5]}", "(1)(b)(2.5)" },
	{ T, "{{#x}}{{n}},{{/x}}", "{\"x\":[{\"n\":1},{\"n\":2}]}", "1,2," },
	{ T, "{{#x}}{{#.}}{{.}}{{/.}};{{/x}}", "{\"x\":[[1,2],[3]]}", "12;3;" },
	{ T, "{{#a}}{{#b}}{{x}}{{/b}}{{/a}}",
	    "{\"a\":{\"b\":{},\"x\":1},\"x\":2}", "1" },
	{ T, "{{#a}}1{{#a}}2{{/a}}3{{/a}}", "{\"a\":true}", "123" },
	{ T, "{{^a}}{{x}}{{/a}}", "{\"x\":1}", "1" },
	{ T, "{{# a }}1{{/ a }}", "{\"a\":true}", "1" },
	/* comments, delimiters */
	{ T, "a{{! x }}b", "{}", "ab" },
	{ T, "a {{! x\ny }}b", "{}", "a b" },
	{ T, "{{=<% %>=}}<%x%>{{x}}", "{\"x\":1}", "1{{x}}" },
	{ T, "{{= | | =}}|#x||.||/x|", "{\"x\":1}", "1" },
	{ T, "{{=<% %>=}}<%={{ }}=%>{{x}}", "{\"x\":1}", "1" },
	{ H, "{{=<% %>=}}<%{x}%>", "{\"x\":\"<\"}", "<" },
	{ H, "{{=<% %>=}}<%&x%>", "{\"x\":\"<\"}", "<" },
	/* what stands alone in a line */
	{ T, "a\n{{#x}}\nb\n{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n" },
	{ T, "a\n  {{#x}}  \nb\n\t{{/x}}\nc", "{\"x\":true}", "a\nb\nc" },
	{ T, "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc", "{\"x\":true}", "a\r\nb\r\nc" },
	{ T, "{{#x}}\nb\n{{/x}}", "{\"x\":true}", "b\n" },
	{ T, "a\n  {{!x}}\nb", "{}", "a\nb" },
	{ T, "a\n{{!\nx\n}}\nb", "{}", "a\nb" },
	{ T, "a {{!x}}\nb", "{}", "a \nb" },
	{ T, "a\n {{!x}} {{!y}}\nb", "{}", "a\n  \nb" },
	{ T, "a\n {{=| |=}} \nb", "{}", "a\nb" },
	{ T, "a\n {{x}}\nb", "{\"x\":1}", "a\n 1\nb" },
	{ T, " {{#x}}y{{/x}}\n", "{\"x\":1}", " y\n" },
	{ T, "{{^x}}\ny\n{{/x}}\n", "{}", "y\n" },
	{ T, "{{#x}}\n-{{.}}\n{{/x}}\n", "{\"x\":[1,2]}", "-1\n-2\n" },
	{ T, "\n{{! x }}\n\n", "{}", "\n\n" },
	{ T, "{{!x}}\n{{!y}}\nz", "{}", "z" },
	/* partials: p is "[{{x}}]", lines "{{x}}\n|\n" */
	{ T, "a{{>p}}b", "{\"x\":1}", "a[1]b" },
	{ T, "{{#x}}{{> p }}{{/x}}", "{\"x\":[{\"x\":1},{\"x\":2}]}",
	    "[1][2]" },
	{ T, "a\n  {{>lines}}\nb", "{\"x\":\"1\\n2\"}", "a\n  1\n2\n  |\nb" },
	{ T, "  {{>lines}} z", "{\"x\":1}", "  1\n|\n z" },
	{ T, "{{>empty}}x", "{}", "x" },
	{ T, " {{>outer}}\n", "{\"x\":1}", "  1\n  |\n" },
	{ T, "{{=| |=}}|>p||x|", "{\"x\":1}", "[1]1" },
	/* faults */
	{ T, "a\n\n{{x", "{}", "!line 3: a tag has no end" },
	{ T, "{{{x}}", "{}", "!line 1: a tag has no end" },
	{ T, "{{=x}}", "{}", "!line 1: a tag has no end" },
	{ T, "{{}}", "{}", "!line 1: no name" },
	{ T, "{{ }}", "{}", "!line 1: no name" },
	{ T, "{{a..b}}", "{}", "!line 1: no name" },
	{ T, "{{.a}}", "{}", "!line 1: no name" },
	{ T, "{{a.}}", "{}", "!line 1: no name" },
	{ T, "{{#a}}", "{}", "!line 1: a section has no end" },
	{ T, "{{#a}}\n{{/b}}", "{}", "!line 2: the end of another section" },
	{ T, "{{#a.b}}{{/a}}", "{}", "!line 1: the end of another section" },
	{ T, "{{#a}}{{/a.b}}", "{}", "!line 1: the end of another section" },
	{ T, "{{/a}}", "{}", "!line 1: an end without a section" },
	{ T, "{{#a}}{{>endsa}}", "{}", "!line 1: an end without a section" },
	{ T, "{{=x=}}", "{}", "!line 1: no delimiters" },
	{ T, "{{=a b c=}}", "{}", "!line 1: no delimiters" },
	{ T, "{{=a= b=}}", "{}", "!line 1: no delimiters" },
	{ T, "{{==}}", "{}", "!line 1: no delimiters" },
	{ T, "{{<x}}", "{}", "!line 1: no inheritance here" },
	{ T, "{{$x}}", "{}", "!line 1: no inheritance here" },
	{ T, "{{>nobody}}", "{}", "!line 1: no partial of that name" },
	{ T, "{{>itself}}", "{}", "!line 1: more than 32 partials deep" },
};

static json_t *partials;

static void
render(int how, const char *template, size_t n, const json_t *values,
    struct buf *out)
{
	struct mustache m = { 0 };
	struct compose_fault f = { 0 };

	if (mustache_compile(&m, template, n, partials, &f) == -1 ||
	    mustache_render(&m, how & 7, values, how & STRICT, out, &f) == -1) {
		buf_clear(out);
		buf_printf(out, "!%s", f.why);
	}
	buf_putc(out, '\0');
	mustache_free(&m);
}

static void
check(size_t i)
{
	json_t *values = json_loads(cases[i].values, 0, NULL);
	struct buf out = { 0 };

	render(cases[i].how, cases[i].template, strlen(cases[i].template),
	    values, &out);
	is_str(buf_data(&out), cases[i].want, cases[i].template);
	json_decref(values);
	buf_free(&out);
}

/* a piece so many times */
static void
check_many(const char *piece, size_t n, const char *tail, const char *want)
{
	json_t *values = json_pack("{s:b,s:s}", "x", 1, "y", "");
	struct buf b = { 0 }, out = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		buf_puts(&b, piece);
	for (i = 0; i < n; i++)
		buf_puts(&b, tail);
	render(T, buf_data(&b), buf_len(&b), values, &out);
	is_str(buf_data(&out), want, piece);
	json_decref(values);
	buf_free(&b);
	buf_free(&out);
}

/* what is short and would never come to its end */
static void
check_steps(void)
{
	json_t *values = json_object(), *list = json_array();
	struct buf out = { 0 };
	int i;

	for (i = 0; i < 1000; i++)
		json_array_append_new(list, json_integer(1));
	json_object_set_new(values, "x", list);
	render(T, "{{#x}}{{#x}}{{#x}}{{/x}}{{/x}}{{/x}}", 36, values, &out);
	is_str(buf_data(&out), "!more than 1000000 pieces are rendered",
	    "steps");
	json_decref(values);
	buf_free(&out);
}

/* values of which two are too much */
static void
check_out(size_t n, const char *want)
{
	char *text = malloc(n);
	json_t *values = json_object();
	struct buf out = { 0 };

	memset(text, 'x', n);
	json_object_set_new(values, "x", json_stringn(text, n));
	render(T, "{{x}}{{x}}", 10, values, &out);
	if (want != NULL)
		is_str(buf_data(&out), want, "output");
	else
		is_num(buf_len(&out), 2 * n + 1, "output");
	json_decref(values);
	buf_free(&out);
	free(text);
}

static void
check_names(void)
{
	char text[600];
	struct buf out = { 0 };
	int i;

	for (i = 0; i < 2; i++) {
		memset(text, 'x', sizeof text);
		memcpy(text, "{{", 2);
		memcpy(text + 2 + MUSTACHE_NAME_MAX + i, "}}", 3);
		buf_clear(&out);
		render(T, text, strlen(text), NULL, &out);
		is_str(buf_data(&out), i == 0 ? "" : "!line 1: no name",
		    "a long name");
		memcpy(text, "{{=", 3);
		memset(text + 3, '<', MUSTACHE_DELIMITER_MAX + i);
		strcpy(text + 3 + MUSTACHE_DELIMITER_MAX + i, " >=}}");
		buf_clear(&out);
		render(T, text, strlen(text), NULL, &out);
		is_str(buf_data(&out), i == 0 ? "" : "!line 1: no delimiters",
		    "a long delimiter");
	}
	buf_clear(&out);
	render(T, "{{a\0b}}", 7, NULL, &out);
	is_str(buf_data(&out), "!line 1: no name", "a NUL");
	buf_free(&out);
}

/* bytes of text in the template: by a partial that stands there often */
static void
check_source(void)
{
	struct buf b = { 0 }, out = { 0 };
	char *big = calloc(1, (1 << 20) + 1);
	int i;

	memset(big, 'x', 1 << 20);
	json_object_set_new(partials, "big", json_string(big));
	for (i = 0; i < 16; i++)
		buf_puts(&b, "{{>big}}");
	render(T, buf_data(&b), buf_len(&b), NULL, &out);
	is_num(buf_len(&out), MUSTACHE_SOURCE_MAX + 1, "16 MiB");
	buf_puts(&b, "y");
	buf_clear(&out);
	render(T, buf_data(&b), buf_len(&b), NULL, &out);
	is_str(buf_data(&out), "!line 1: more than 16 MiB", "a byte more");
	buf_free(&b);
	buf_free(&out);
	free(big);
}

int
main(void)
{
	size_t i;

	partials =
	    json_loads("{\"p\":\"[{{x}}]\",\"lines\":\"{{x}}\\n|\\n\","
		       "\"empty\":\"\",\"outer\":\" {{>lines}}\\n\","
		       "\"endsa\":\"{{/a}}\",\"itself\":\"{{>itself}}\"}",
		0, NULL);
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	check_many("{{#x}}", MUSTACHE_DEPTH_MAX, "{{/x}}", "");
	check_many("{{#x}}", MUSTACHE_DEPTH_MAX + 1, "{{/x}}",
	    "!line 1: more than 32 sections deep");
	check_many("{{y}}", MUSTACHE_NODES_MAX, "", "");
	check_many("{{y}}", MUSTACHE_NODES_MAX + 1, "",
	    "!line 1: more than 10000 pieces");
	check_steps();
	check_out(MUSTACHE_OUT_MAX / 2, NULL);
	check_out(MUSTACHE_OUT_MAX / 2 + 1, "!more than 16 MiB are rendered");
	check_names();
	check_source();
	json_decref(partials);
	return done();
}
