// A stand-in for the vendor's reCAPTCHA script. It asks nobody and solves every widget at once.
(function () {
  "use strict";

  var RESPONSE = "@RESPONSE@";
  var FIELD = "g-recaptcha-response";
  var script = document.currentScript;
  var query = new URLSearchParams(script && script.src ? script.src.replace(/^[^?#]*|#.*$/g, "") : "");
  // Shared by all copies of this script on the page.
  var widgets = (window.___animeloopWidgets = window.___animeloopWidgets || []);

  function later(task) {
    setTimeout(task, 0);
  }

  // A callback is a function, or the name of a global one.
  function call(callback, argument) {
    var task = typeof callback === "string" ? window[callback] : callback;
    if (typeof task === "function") task(argument);
    else if (callback) console.warn("reCAPTCHA stand-in: no function " + callback);
  }

  function known(id) {
    var widget = widgets[id === undefined ? 0 : id];
    if (!widget) throw new Error("reCAPTCHA stand-in: there is no widget " + (id || 0));
    return widget;
  }

  function solve(widget) {
    widget.field.value = RESPONSE;
    later(function () {
      call(widget.options.callback, RESPONSE);
    });
  }

  function hiddenField(element, isButton) {
    var field = element.querySelector("textarea[name='" + FIELD + "']");
    if (!field) {
      field = document.createElement("textarea");
      field.name = field.className = FIELD;
      field.id = FIELD + (widgets.length ? "-" + widgets.length : "");
      if (isButton) element.insertAdjacentElement("afterend", field);
      else element.appendChild(field);
    }
    field.style.display = "none";
    return field;
  }

  function showBox(element) {
    var box = document.createElement("div");
    box.textContent = "\u2713 reCAPTCHA stand-in: solved";
    box.style.cssText =
      "box-sizing:border-box;width:304px;max-width:100%;height:78px;line-height:76px;" +
      "padding:0 12px;border:1px solid #d3d3d3;border-radius:3px;background:#f9f9f9;" +
      "color:#222;font:14px/76px sans-serif;text-align:left;overflow:hidden;white-space:nowrap";
    element.appendChild(box);
  }

  function render(container, options, inherit) {
    var element = typeof container === "string" ? document.getElementById(container) : container;
    if (!element || !element.dataset) {
      throw new Error("reCAPTCHA placeholder element must be an element or id");
    }
    if (widgets.some(function (widget) { return widget.element === element; })) {
      throw new Error("reCAPTCHA has already been rendered in this element");
    }
    var given = Object.assign({}, inherit || !options ? element.dataset : {}, options);
    if (!given.sitekey) console.warn("reCAPTCHA stand-in: the vendor's script needs a sitekey");
    var isButton = element.matches("button, input");
    var isInvisible = isButton || given.size === "invisible";
    var widget = { element: element, options: given, isInvisible: isInvisible };
    widget.field = hiddenField(element, isButton);
    var id = widgets.push(widget) - 1;
    if (isButton) {
      element.addEventListener("click", function (event) {
        event.preventDefault();
        solve(widget);
      });
    } else if (!isInvisible) {
      showBox(element);
    }
    if (!isInvisible) solve(widget);
    return id;
  }

  function renderAll() {
    document.querySelectorAll(".g-recaptcha").forEach(function (element) {
      var isRendered = widgets.some(function (widget) { return widget.element === element; });
      if (!isRendered) render(element);
    });
  }

  var api = {
    ready: later,
    render: render,
    // With the id of a widget, or a site key that has none.
    execute: function (id) {
      if (typeof id !== "string") solve(known(id));
      return Promise.resolve(RESPONSE);
    },
    getResponse: function (id) {
      return known(id).field.value;
    },
    reset: function (id) {
      var widget = known(id);
      widget.field.value = "";
      if (!widget.isInvisible) solve(widget);
    },
  };

  function start() {
    if (query.get("render") !== "explicit") renderAll();
    // Pages may queue tasks here before the script has loaded.
    var queued = (window.___grecaptcha_cfg && window.___grecaptcha_cfg.fns) || [];
    queued.splice(0).forEach(later);
    if (query.get("onload")) call(query.get("onload"));
  }

  window.grecaptcha = Object.assign(window.grecaptcha || {}, api);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else later(start);
})();
