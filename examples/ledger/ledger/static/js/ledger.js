document.querySelectorAll("a[data-fragment]").forEach(function (link) {
  link.addEventListener("click", function (event) {
    event.preventDefault();
    fetch(link.href, { headers: { "X-Requested-With": "XMLHttpRequest" } })
      .then(function (response) { return response.text(); })
      .then(function (html) { document.querySelector("#entries").innerHTML = html; });
  });
});
