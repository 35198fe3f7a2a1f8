// What the Kotlin blocks of the documents use of Android, without a body: enough to compile them.
package android.webkit

fun interface ValueCallback<T> {
    fun onReceiveValue(value: T)
}

abstract class CookieManager {
    abstract fun setAcceptCookie(accept: Boolean)

    abstract fun setCookie(url: String, value: String, callback: ValueCallback<Boolean>?)

    companion object {
        @JvmStatic
        fun getInstance(): CookieManager = TODO()
    }
}

abstract class WebView {
    abstract fun loadUrl(url: String)
}
