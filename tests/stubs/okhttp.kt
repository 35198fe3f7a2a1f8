// What the Kotlin blocks of the documents use of OkHttp, without a body: enough to compile them.
package okhttp3

class HttpUrl {
    companion object {
        fun String.toHttpUrl(): HttpUrl = TODO(this)
    }
}

class Cookie(val name: String) {
    fun matches(url: HttpUrl): Boolean = TODO("$url")

    companion object {
        fun parse(url: HttpUrl, setCookie: String): Cookie? = TODO("$url $setCookie")
    }
}

interface CookieJar {
    fun saveFromResponse(url: HttpUrl, cookies: List<Cookie>)

    fun loadForRequest(url: HttpUrl): List<Cookie>
}

open class RequestBody {
    companion object {
        fun String.toRequestBody(contentType: Any? = null): RequestBody = TODO("$this $contentType")
    }
}

class FormBody : RequestBody() {
    class Builder {
        fun add(name: String, value: String): Builder = TODO("$name $value")

        fun build(): FormBody = TODO()
    }
}

class Request {
    class Builder {
        fun url(url: String): Builder = TODO(url)

        fun post(body: RequestBody): Builder = TODO("$body")

        fun build(): Request = TODO()
    }
}

abstract class ResponseBody {
    fun string(): String = TODO()
}

abstract class Response : java.io.Closeable {
    abstract val body: ResponseBody?
}

interface Call {
    fun execute(): Response
}

class OkHttpClient {
    fun newCall(request: Request): Call = TODO("$request")

    class Builder {
        fun cookieJar(cookieJar: CookieJar): Builder = TODO("$cookieJar")

        fun build(): OkHttpClient = TODO()
    }
}
