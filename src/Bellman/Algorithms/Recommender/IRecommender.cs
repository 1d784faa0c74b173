namespace Bellman;

/// <summary>Says what a user would think of an item. Users and items are places in the data that it learned from.</summary>
public interface IRecommender
{
    /// <summary>The rating to expect, in the scale of the data.</summary>
    double Predict(int user, int item);

    /// <summary>By what items are put in order for a user: larger is better, the scale is its own.</summary>
    double Score(int user, int item);
}

/// <summary>An item that is recommended.</summary>
/// <param name="Item">Its place.</param>
/// <param name="Score">By what it was chosen.</param>
/// <param name="Rating">The rating to expect.</param>
public readonly record struct Recommendation(int Item, double Score, double Rating);
